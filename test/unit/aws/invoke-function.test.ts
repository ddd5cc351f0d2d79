import { afterEach, expect, it } from "@jest/globals";
import { invokeFunction } from "../../../src/adapters/aws/invoke-function.js";
import { ACCOUNT, NOWHERE } from "../../support/cloud/clients.js";
import { type StubAnswer, startStub } from "../../support/cloud/http-stub.js";
import { verifyRequest } from "../../support/cloud/s3/signature.js";

const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:Images-Reconcile_1";
const closers: (() => Promise<void>)[] = [];

afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

async function start(answer: Partial<StubAnswer>) {
  const stub = await startStub(() => ({ status: 202, body: "", contentType: "application/json", ...answer }));
  closers.push(stub.close);
  const environment = {
    AWS_ENDPOINT_URL_LAMBDA: stub.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    AWS_SESSION_TOKEN: "session",
  };
  return { requests: stub.requests, invoke: () => invokeFunction(ARN, { startedBy: "api" }, environment) };
}

it("a function is invoked by one signed request, and nobody waits for it", async () => {
  const { invoke, requests } = await start({});
  await invoke();
  expect(requests).toHaveLength(1);
  const [{ path = "", headers = {}, body = "" } = {}] = requests;
  expect(path).toBe("/2015-03-31/functions/Images-Reconcile_1/invocations");
  expect(headers).toMatchObject({
    "x-amz-invocation-type": "Event",
    "x-amz-security-token": "session",
    authorization: expect.stringContaining("/eu-central-1/lambda/aws4_request"),
  });
  expect(JSON.parse(body)).toEqual({ startedBy: "api" });
  const incoming = { method: "POST", path, query: "", headers, body: Buffer.from(body) };
  expect(verifyRequest(incoming, [ACCOUNT], new Date())).toBe(ACCOUNT);
  const waiting = { ...incoming, headers: { ...headers, "x-amz-invocation-type": "RequestResponse" } };
  expect(() => verifyRequest(waiting, [ACCOUNT], new Date())).toThrow("SignatureDoesNotMatch");
});

it.each([
  [403, '{"Message":"secret"}'],
  [404, ""],
  [200, "{}"],
])(
  "an answer %j is a transient error, whose message has nothing else of the answer",
  async (status, body) => {
    const { invoke } = await start({ status, body });
    await expect(invoke()).rejects.toMatchObject({
      code: "unavailable",
      message: `Lambda answered ${status} to Invoke; check that the function is there and may be invoked, and try again`,
    });
  },
);

it("no answer at all is a transient error, too", async () => {
  await expect(invokeFunction(ARN, {}, { AWS_ENDPOINT_URL_LAMBDA: NOWHERE })).rejects.toMatchObject({
    code: "unavailable",
    message: "Lambda did not answer Invoke; try again",
  });
});
