import { createMiddleware } from "hono/factory";
import type { ApiEnv } from "./app.js";
import type { Admission } from "./options.js";
import { Busy } from "./problem.js";

/** Admits everything. */
export function admitAll(): Admission {
  return { release() {} };
}

/**
 * Takes a place, and returns what gives it back; repeating that is harmless. Throws `unavailable` while there is none: what
 * is only looked at before a body arrives would be taken by everybody at once.
 */
export function reservePlace(admit: () => Admission): () => void {
  const admission = admit();
  if ("retryAfterSeconds" in admission)
    throw new Busy(admission.retryAfterSeconds, "too many images are waiting; try again");
  let isHeld = true;
  return () => {
    if (isHeld) admission.release();
    isHeld = false;
  };
}

/** Refuses new work with 503 while too much of it is waiting. A handler gives its place back once its work is in the queue. */
export function requireAdmission({ admit }: { readonly admit: () => Admission }) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    const release = reservePlace(admit);
    c.set("releasePlace", release);
    try {
      await next();
    } finally {
      release();
    }
  });
}
