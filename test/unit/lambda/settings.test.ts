import { describe, expect, it } from "@jest/globals";
import {
  DEFAULT_OWNER_CLAIM,
  DEFAULT_SCOPES,
  readSettings,
  VARIABLES,
} from "../../../src/entrypoints/lambda/settings.js";

const REQUIRED = {
  [VARIABLES.originals]: "some-originals",
  [VARIABLES.renditions]: "some-renditions",
  [VARIABLES.table]: "ImageMetadata",
  [VARIABLES.queueUrl]: "https://sqs.eu-central-1.amazonaws.com/123456789012/changes",
};
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing-AbCdEf";
const FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:Images-Reconcile";

describe("the settings of a function", () => {
  it("needs two buckets, a table and a queue, and has defaults for the rest", () => {
    expect(readSettings(REQUIRED)).toEqual({
      originals: "some-originals",
      renditions: "some-renditions",
      table: "ImageMetadata",
      searchByName: false,
      queueUrl: REQUIRED[VARIABLES.queueUrl],
      maxAttempts: 5,
      direct: false,
      negotiates: false,
      api: { scopes: DEFAULT_SCOPES, ownerClaim: DEFAULT_OWNER_CLAIM, bound: false, open: false },
    });
  });

  it("uses optional settings as given, and an empty variable as none", () => {
    const settings = readSettings({
      ...REQUIRED,
      [VARIABLES.topicArn]: "arn:aws:sns:eu-central-1:123456789012:events",
      [VARIABLES.cdnDomain]: "images.example.com",
      [VARIABLES.invalidationQueueUrl]: "https://sqs.eu-central-1.amazonaws.com/123456789012/paths",
      [VARIABLES.maxAttempts]: "3",
      [VARIABLES.signingKeyPairId]: "K123",
      [VARIABLES.signingSecretArn]: SECRET,
      [VARIABLES.configFile]: "",
      [VARIABLES.reconcileFunctionArn]: FUNCTION,
    });
    expect(settings).toMatchObject({
      topicArn: "arn:aws:sns:eu-central-1:123456789012:events",
      cdnDomain: "images.example.com",
      invalidationQueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/paths",
      maxAttempts: 3,
      signing: { keyPairId: "K123", secretArn: SECRET, seconds: 3_600 },
      api: { reconcileFunctionArn: FUNCTION },
    });
    expect(settings.configFile).toBeUndefined();
  });

  it("opens the API to everybody only if the setting says so, and accepts other scopes and another claim", () => {
    const { api } = readSettings({
      ...REQUIRED,
      [VARIABLES.readScope]: "images:read",
      [VARIABLES.writeScope]: "images:write",
      [VARIABLES.ownerClaim]: "email",
      [VARIABLES.openTo]: "everybody",
    });
    const scopes = { read: "images:read", write: "images:write" };
    expect(api).toEqual({ scopes, ownerClaim: "email", bound: false, open: true });
    expect(readSettings({ ...REQUIRED, [VARIABLES.openTo]: "" }).api.open).toBe(false);
  });

  it("binds callers to their images if the setting says so, but not together with everybody, who own nothing", () => {
    const bound = { ...REQUIRED, [VARIABLES.boundTo]: "owner" };
    expect(readSettings(bound).api).toMatchObject({ bound: true, open: false });
    expect(() => readSettings({ ...bound, [VARIABLES.openTo]: "everybody" })).toThrow(
      /nothing beside SAFELIGHT_API_OPEN_TO for SAFELIGHT_API_BOUND_TO/,
    );
  });

  it.each([
    ...["true", "1", "Everybody", "nobody"].map((word) => [VARIABLES.openTo, word] as const),
    ...["true", "owners", "Owner"].map((word) => [VARIABLES.boundTo, word] as const),
    [VARIABLES.originals, "Not A Bucket"],
    [VARIABLES.queueUrl, "changes"],
    [VARIABLES.invalidationQueueUrl, "paths"],
    [VARIABLES.topicArn, "events"],
    [VARIABLES.reconcileFunctionArn, "Images-Reconcile"],
    [VARIABLES.reconcileFunctionArn, `${FUNCTION}:1`],
    [VARIABLES.cdnDomain, "https://images.example.com"],
    [VARIABLES.maxAttempts, "0"],
    [VARIABLES.signingSecretArn, "-----BEGIN PRIVATE KEY-----"],
  ])("refuses %s when it is %j, by name", (name, value) => {
    const signing = name === VARIABLES.signingSecretArn ? { [VARIABLES.signingKeyPairId]: "K123" } : {};
    expect(() => readSettings({ ...REQUIRED, ...signing, [name]: value })).toThrow(
      new RegExp(`^expected .+ for ${name} but received `),
    );
  });

  it.each([
    [VARIABLES.signingKeyPairId, "K123", VARIABLES.signingSecretArn],
    [VARIABLES.signingSecretArn, SECRET, VARIABLES.signingKeyPairId],
  ])("does not accept %s alone: URLs meant to expire would be public", (name, value, other) => {
    expect(() => readSettings({ ...REQUIRED, [name]: value })).toThrow(
      `expected a value for ${other} in the function's environment but received none`,
    );
  });

  it("never shows more than the beginning of a wrong value", () => {
    const value = "x".repeat(10_000);
    expect(() => readSettings({ ...REQUIRED, [VARIABLES.topicArn]: value })).toThrow(/^.{0,300}$/s);
  });
});
