import { describe, expect, it } from "@jest/globals";
import { callService, toServiceError } from "../../../src/adapters/s3/sdk-errors.js";
import { SafelightError } from "../../../src/domain/model/errors.js";

/** An error as the SDK makes it. */
function createSdkError(name: string, status?: number, more: object = {}): Error {
  return Object.assign(new Error(`${name} with the secret key photos/cat.jpg`), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status },
    ...more,
  });
}

describe("an error of AWS", () => {
  it.each([
    ["unavailable", createSdkError("AccessDenied", 403)],
    ["unavailable", createSdkError("InvalidAccessKeyId", 403)],
    ["unavailable", createSdkError("NoSuchBucket", 404)],
    ["unavailable", createSdkError("ResourceNotFoundException", 400)],
    ["unavailable", createSdkError("AccessDeniedException", 400)],
    ["unavailable", createSdkError("InvalidSignatureException", 400)],
    ["unavailable", createSdkError("ProvisionedThroughputExceededException", 400)],
    ["unavailable", createSdkError("ThrottlingException", 400)],
    ["unavailable", createSdkError("ExpiredTokenException", 400)],
    ["unavailable", createSdkError("Busy", 400, { $retryable: { throttling: true } })],
    ["unavailable", createSdkError("RequestTimeout", 400)],
    ["unavailable", createSdkError("IncompleteBody", 400)],
    ["unavailable", createSdkError("SlowDown", 503)],
    ["unavailable", createSdkError("InternalError", 500)],
    ["unavailable", createSdkError("TimeoutError")],
    ["unavailable", createSdkError("CredentialsProviderError")],
    ["unavailable", "something else"],
    ["internal", createSdkError("ValidationException", 400)],
    ["internal", createSdkError("EntityTooLarge", 413)],
  ])("is %s: %s", (code, cause) => {
    const error = toServiceError("DynamoDB GetItem", cause);
    expect(error).toMatchObject({ code, cause, retryable: true });
    expect(error.message).not.toContain("secret");
  });

  it.each([
    ["S3 answered 503 SlowDown to PutObject; try again", createSdkError("SlowDown", 503)],
    [
      "S3 answered 403 AccessDenied to PutObject; check the credentials and their permissions",
      createSdkError("AccessDenied", 403),
    ],
    [
      "S3 answered 404 NoSuchBucket to PutObject; check the names and the region in the settings",
      createSdkError("NoSuchBucket", 404),
    ],
    [
      "S3 answered 400 InvalidRequest to PutObject; this is a defect of Safelight, please report it",
      createSdkError("InvalidRequest", 400),
    ],
    ["S3 did not answer PutObject (TimeoutError); try again", createSdkError("TimeoutError")],
    [
      "S3 did not answer PutObject (CredentialsProviderError); check the credentials and their permissions",
      createSdkError("CredentialsProviderError"),
    ],
    ['S3 did not answer PutObject ("something else"); try again', "something else"],
  ])("says what happened and what to do next: %s", (message, cause) => {
    expect(toServiceError("S3 PutObject", cause).message).toBe(message);
  });

  it("is left as it is when it is one of ours already", () => {
    const ours = new SafelightError("conflict", "the record has changed");
    expect(toServiceError("S3 PutObject", ours)).toBe(ours);
  });

  it("is the signal's reason when the call was aborted", async () => {
    const stop = new AbortController();
    const call = callService("S3 PutObject", stop.signal, async () => {
      stop.abort(new Error("enough"));
      throw createSdkError("AbortError");
    });
    await expect(call).rejects.toThrow("enough");
  });
});
