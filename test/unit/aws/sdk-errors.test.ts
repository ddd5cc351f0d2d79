import { describe, expect, it } from "@jest/globals";
import { callService, toServiceError } from "../../../src/adapters/aws/sdk-errors.js";
import { SafelightError } from "../../../src/domain/model/errors.js";

/** An error as the SDK makes it. */
function answered(name: string, status?: number, more: object = {}): Error {
  return Object.assign(new Error(`${name} with the secret key photos/cat.jpg`), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status },
    ...more,
  });
}

describe("an error of AWS", () => {
  it.each([
    ["unavailable", answered("AccessDenied", 403)],
    ["unavailable", answered("InvalidAccessKeyId", 403)],
    ["unavailable", answered("NoSuchBucket", 404)],
    ["unavailable", answered("ResourceNotFoundException", 400)],
    ["unavailable", answered("AccessDeniedException", 400)],
    ["unavailable", answered("InvalidSignatureException", 400)],
    ["unavailable", answered("ProvisionedThroughputExceededException", 400)],
    ["unavailable", answered("ThrottlingException", 400)],
    ["unavailable", answered("ExpiredTokenException", 400)],
    ["unavailable", answered("Busy", 400, { $retryable: { throttling: true } })],
    ["unavailable", answered("SlowDown", 503)],
    ["unavailable", answered("InternalError", 500)],
    ["unavailable", answered("TimeoutError")],
    ["unavailable", answered("CredentialsProviderError")],
    ["unavailable", "something else"],
    ["internal", answered("ValidationException", 400)],
    ["internal", answered("EntityTooLarge", 413)],
  ])("is %s: %s", (code, cause) => {
    const error = toServiceError("DynamoDB GetItem", cause);
    expect(error).toMatchObject({ code, cause, retryable: true });
    expect(error.message).not.toContain("secret");
  });

  it.each([
    ["S3 answered 503 SlowDown to PutObject; try again", answered("SlowDown", 503)],
    [
      "S3 answered 403 AccessDenied to PutObject; check the credentials and their permissions",
      answered("AccessDenied", 403),
    ],
    [
      "S3 answered 404 NoSuchBucket to PutObject; check the names and the region in the settings",
      answered("NoSuchBucket", 404),
    ],
    [
      "S3 answered 400 InvalidRequest to PutObject; this is a defect of Safelight, please report it",
      answered("InvalidRequest", 400),
    ],
    ["S3 did not answer PutObject (TimeoutError); try again", answered("TimeoutError")],
    [
      "S3 did not answer PutObject (CredentialsProviderError); check the credentials and their permissions",
      answered("CredentialsProviderError"),
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
      throw answered("AbortError");
    });
    await expect(call).rejects.toThrow("enough");
  });
});
