import { describe, expect, it } from "@jest/globals";
import { readEnvironment } from "../../../src/entrypoints/lambda/environment.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/variables.js";

const REQUIRED = {
  [VARIABLES.originals]: "some-originals",
  [VARIABLES.renditions]: "some-renditions",
  [VARIABLES.table]: "ImageMetadata",
  [VARIABLES.queueUrl]: "https://sqs.eu-central-1.amazonaws.com/123456789012/changes",
};
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing-AbCdEf";

describe("the environment of a function", () => {
  it("needs two buckets, a table and a queue, and has defaults for the rest", () => {
    expect(readEnvironment(REQUIRED)).toEqual({
      originals: "some-originals",
      renditions: "some-renditions",
      table: "ImageMetadata",
      queueUrl: REQUIRED[VARIABLES.queueUrl],
      maxReceives: 5,
    });
  });

  it("takes what is optional as it is given, and an empty variable for none", () => {
    const environment = readEnvironment({
      ...REQUIRED,
      [VARIABLES.topicArn]: "arn:aws:sns:eu-central-1:123456789012:events",
      [VARIABLES.cdnDomain]: "images.example.com",
      [VARIABLES.distributionId]: "E123",
      [VARIABLES.maxReceives]: "3",
      [VARIABLES.signingKeyPairId]: "K123",
      [VARIABLES.signingSecretArn]: SECRET,
      [VARIABLES.configFile]: "",
    });
    expect(environment).toMatchObject({
      topicArn: "arn:aws:sns:eu-central-1:123456789012:events",
      cdnDomain: "images.example.com",
      distributionId: "E123",
      maxReceives: 3,
      signing: { keyPairId: "K123", secretArn: SECRET, seconds: 3_600 },
    });
    expect(environment.configFile).toBeUndefined();
  });

  it.each([
    [VARIABLES.originals, "Not A Bucket"],
    [VARIABLES.queueUrl, "changes"],
    [VARIABLES.topicArn, "events"],
    [VARIABLES.cdnDomain, "https://images.example.com"],
    [VARIABLES.maxReceives, "0"],
    [VARIABLES.signingSecretArn, "-----BEGIN PRIVATE KEY-----"],
  ])("refuses %s when it is %j, by name", (name, value) => {
    const signing = name === VARIABLES.signingSecretArn ? { [VARIABLES.signingKeyPairId]: "K123" } : {};
    expect(() => readEnvironment({ ...REQUIRED, ...signing, [name]: value })).toThrow(
      new RegExp(`^expected .+ for ${name} but received `),
    );
  });

  it.each([
    [VARIABLES.signingKeyPairId, "K123", VARIABLES.signingSecretArn],
    [VARIABLES.signingSecretArn, SECRET, VARIABLES.signingKeyPairId],
  ])("does not take %s alone: URLs meant to end would be public", (name, value, other) => {
    expect(() => readEnvironment({ ...REQUIRED, [name]: value })).toThrow(
      `expected a value for ${other} in the function's environment but received none`,
    );
  });

  it("never shows more than the beginning of a wrong value", () => {
    const value = "x".repeat(10_000);
    expect(() => readEnvironment({ ...REQUIRED, [VARIABLES.topicArn]: value })).toThrow(/^.{0,300}$/s);
  });
});
