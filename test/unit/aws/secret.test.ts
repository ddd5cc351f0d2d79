import { afterEach, expect, it } from "@jest/globals";
import { readSecret } from "../../../src/adapters/aws/secret.js";
import { ACCOUNT, NOWHERE } from "../../support/cloud/clients.js";
import { type StubAnswer, startStub } from "../../support/cloud/http-stub.js";
import { verifyRequest } from "../../support/cloud/s3/signature.js";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key-AbCdEf";
const closers: (() => Promise<void>)[] = [];

afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

async function start(answer: Partial<StubAnswer>) {
  const stub = await startStub(() => ({
    status: 200,
    body: "{}",
    contentType: "application/json",
    ...answer,
  }));
  closers.push(stub.close);
  const environment = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: stub.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    AWS_SESSION_TOKEN: "session",
  };
  return { requests: stub.requests, read: () => readSecret(ARN, environment) };
}

it("a secret is read by one request that the function signs, which needs no extension beside it", async () => {
  const { read, requests } = await start({ body: JSON.stringify({ SecretString: "a key" }) });
  expect(await read()).toBe("a key");
  expect(requests).toHaveLength(1);
  const [{ path = "", headers = {}, body = "" } = {}] = requests;
  expect(headers).toMatchObject({
    "x-amz-target": "secretsmanager.GetSecretValue",
    "x-amz-security-token": "session",
    authorization: expect.stringContaining("/eu-central-1/secretsmanager/aws4_request"),
  });
  expect(JSON.parse(body)).toEqual({ SecretId: ARN });
  const incoming = { method: "POST", path, query: "", headers, body: Buffer.from(body) };
  expect(verifyRequest(incoming, [ACCOUNT], new Date())).toBe(ACCOUNT);
  const tampered = { ...incoming, headers: { ...headers, "x-amz-security-token": "another" } };
  expect(() => verifyRequest(tampered, [ACCOUNT], new Date())).toThrow("SignatureDoesNotMatch");
});

it.each([
  [
    "that is not there",
    { status: 400, body: '{"__type":"ResourceNotFoundException"}' },
    "400 ResourceNotFoundException",
  ],
  [
    "that may not be read",
    { status: 400, body: '{"__type":"x#AccessDeniedException","SecretString":"?"}' },
    "400 AccessDeniedException",
  ],
  ["of a service that is down", { status: 503, body: "busy" }, "503"],
  ["that is binary", { body: '{"SecretBinary":"AA=="}' }, "200"],
])(
  "a secret %s is a transient error, whose message has nothing else of the answer",
  async (_name, answer, said) => {
    const { read } = await start(answer);
    await expect(read()).rejects.toMatchObject({
      code: "unavailable",
      message: `Secrets Manager answered ${said} to GetSecretValue without a text; check that the secret has one and that the function may read it`,
    });
  },
);

it("no answer at all is a transient error, too", async () => {
  await expect(readSecret(ARN, { AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE })).rejects.toMatchObject({
    code: "unavailable",
    message: "Secrets Manager did not answer GetSecretValue; try again",
  });
});
