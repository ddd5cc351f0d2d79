import { type StubAnswer, type StubRequest, startStub } from "./http-stub.js";

const XML = "text/xml";

/** The most that a distribution has in progress. */
const LIMITS = { paths: 3_000, wildcards: 15 };

/** An invalidation that was accepted. */
interface Invalidation {
  readonly paths: readonly string[];
  readonly completesAt: number;
}

/**
 * Starts what the tests take for CloudFront, with its limits: paths in progress, characters of a path, and references that
 * it knows. An invalidation is complete `duration` milliseconds after it was accepted, by `clock`; at once by default.
 */
export async function startCloudFront({
  clock = () => 0,
  duration = 0,
}: {
  readonly clock?: () => number;
  readonly duration?: number;
} = {}) {
  const byReference = new Map<string, Invalidation>();
  const accepted: Invalidation[] = [];
  let busy = 0;

  function answer({ body }: StubRequest): StubAnswer {
    const paths = readElements(body, "Path");
    const [reference = ""] = readElements(body, "CallerReference");
    if (busy > 0) {
      busy -= 1;
      return refuse("TooManyInvalidationsInProgress");
    }
    if (paths.length === 0 || paths.some((path) => !path.startsWith("/") || path.length > 4_000))
      return refuse("InvalidArgument");
    const known = byReference.get(reference);
    if (known && known.paths.join() !== paths.join()) return refuse("InvalidationBatchAlreadyExists");
    if (!known) {
      const now = clock();
      const inProgress = accepted.filter(({ completesAt }) => completesAt > now).flatMap((one) => one.paths);
      const all = [...inProgress, ...paths];
      const wildcards = all.filter((path) => path.endsWith("*")).length;
      if (wildcards > LIMITS.wildcards || all.length - wildcards > LIMITS.paths)
        return refuse("TooManyInvalidationsInProgress");
      const invalidation = { paths, completesAt: now + duration };
      accepted.push(invalidation);
      byReference.set(reference, invalidation);
    }
    return {
      status: 201,
      body: "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>",
      contentType: XML,
    };
  }

  const stub = await startStub(answer);
  const listPaths = () => accepted.map((one) => one.paths);
  return {
    ...stub,
    /** Refuses the next requests as too many. */
    beBusy: (times: number) => {
      busy = times;
    },
    /** The paths of every invalidation, each of which is paid for, in the order in which they were accepted. */
    paths: listPaths,
    references: () => stub.requests.flatMap(({ body }) => readElements(body, "CallerReference")),
    /** Whether a path is among those to be asked for again, with CloudFront's own rule for a star at the end. */
    isInvalidated(key: string): boolean {
      const path = `/${key.split("/").map(encodeURIComponent).join("/")}`;
      return listPaths()
        .flat()
        .some((one) => (one.endsWith("*") ? path.startsWith(one.slice(0, -1)) : path === one));
    },
  };
}

function refuse(code: string): StubAnswer {
  const body = `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`;
  return { status: 400, body, contentType: XML };
}

function readElements(xml: string, element: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text]) =>
    String(text),
  );
}
