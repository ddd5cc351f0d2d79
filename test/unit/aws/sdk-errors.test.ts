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

describe("a fault of AWS", () => {
  it.each([
    ["unavailable", answered("AccessDenied", 403)],
    ["unavailable", answered("InvalidAccessKeyId", 403)],
    ["unavailable", answered("NoSuchBucket", 404)],
    ["unavailable", answered("ResourceNotFoundException", 400)],
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
    const error = toServiceError("reading a record", cause);
    expect(error).toMatchObject({ code, cause, retryable: true });
    expect(error.message).not.toContain("secret");
  });

  it("is left as it is when it is one of ours already", () => {
    const ours = new SafelightError("conflict", "expected");
    expect(toServiceError("x", ours)).toBe(ours);
  });

  it("is the signal's reason when the call was told to stop", async () => {
    const stop = new AbortController();
    const call = callService("x", stop.signal, async () => {
      stop.abort(new Error("enough"));
      throw answered("AbortError");
    });
    await expect(call).rejects.toThrow("enough");
  });
});
