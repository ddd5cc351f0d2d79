import { type StubAnswer, startStub } from "./http-stub.js";

const XML = "text/xml";

/** Starts what the tests take for CloudFront; the next `busy` requests are refused as too many. */
export async function startCloudFront() {
  let busy = 0;
  const stub = await startStub((): StubAnswer => {
    if (busy > 0) {
      busy -= 1;
      const body =
        "<ErrorResponse><Error><Code>TooManyInvalidationsInProgress</Code></Error></ErrorResponse>";
      return { status: 400, body, contentType: XML };
    }
    const body = "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>";
    return { status: 201, body, contentType: XML };
  });
  return {
    ...stub,
    beBusy: (times: number) => {
      busy = times;
    },
    /** The paths of every request, in the order of the requests. */
    paths: () => stub.requests.map(({ body }) => readElements(body, "Path")),
    references: () => stub.requests.flatMap(({ body }) => readElements(body, "CallerReference")),
    /** Whether a path is among those to be asked for again, with CloudFront's own rule for a star at the end. */
    isInvalidated(key: string): boolean {
      const path = `/${key.split("/").map(encodeURIComponent).join("/")}`;
      const invalidated = stub.requests.flatMap(({ body }) => readElements(body, "Path"));
      return invalidated.some((one) =>
        one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : path === one,
      );
    },
  };
}

function readElements(xml: string, element: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text]) =>
    String(text),
  );
}
