import { afterEach, expect, it } from "@jest/globals";
import { readSecret } from "../../../src/adapters/aws/secret.js";
import { NOWHERE } from "../../support/cloud/clients.js";
import { type StubAnswer, startStub } from "../../support/cloud/http-stub.js";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key";
const closers: (() => Promise<void>)[] = [];

afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

async function reading(answer: Partial<StubAnswer>): Promise<string> {
  const stub = await startStub(() => ({
    status: 200,
    body: "{}",
    contentType: "application/json",
    ...answer,
  }));
  closers.push(stub.close);
  return readSecret(ARN, { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(stub.endpoint).port });
}

it("a secret is the text that the extension answers with", async () => {
  expect(await reading({ body: JSON.stringify({ SecretString: "a key" }) })).toBe("a key");
});

it.each([
  ["that is not ready yet", { status: 400, body: "not ready to serve traffic, please wait" }, 400],
  ["that may not read it", { status: 403, body: '{"SecretString":"?"}' }, 403],
  ["that has it in binary only", { body: '{"SecretBinary":"AA=="}' }, 200],
])(
  "an extension %s is a transient error, whose message has the status and nothing else of the answer",
  async (_name, answer, status) => {
    await expect(reading(answer)).rejects.toMatchObject({
      code: "unavailable",
      message: `the AWS Parameters and Secrets extension answered ${status} without a text; check that the secret has one and that the function may read it`,
    });
  },
);

it("no extension at all is a transient error, too", async () => {
  const nowhere = { PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(NOWHERE).port };
  await expect(readSecret(ARN, nowhere)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("did not answer; check that its layer is in the function"),
  });
});
