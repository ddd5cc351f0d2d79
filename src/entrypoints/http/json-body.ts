import { createMiddleware } from "hono/factory";
import { SafelightError } from "../../domain/model/errors.js";
import type { ApiEnv } from "./app.js";
import { wholeBody } from "./limited-body.js";
import type { CompleteOptions } from "./options.js";

/** Far more than any JSON of this API has. */
const MAX_BYTES = 16 * 1024;

/** Reads a small body within its limit before anything parses it. */
export function smallBody({ bodyTimeout }: CompleteOptions) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const body = await wholeBody(c.req.raw, {
      maxBytes: MAX_BYTES,
      tooLarge: () =>
        new SafelightError(
          "too-large",
          `expected at most ${MAX_BYTES} bytes of JSON for the body but received more`,
        ),
      seconds: bodyTimeout,
      held: { add() {}, release() {} },
    });
    if (body.length === 0)
      throw new SafelightError("invalid-input", "expected JSON for the body but received nothing");
    const { url, method, headers, signal } = c.req.raw;
    c.req.raw = new Request(url, { method, headers, signal, body: new Uint8Array(body) });
    await next();
  });
}
