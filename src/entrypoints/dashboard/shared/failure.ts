import { ApiError } from "../../http/client/index.js";

/** The meaning of each code to somebody who works with this page. Of an upload the client's own explanations tell more. */
const EXPLANATIONS: Readonly<Record<ApiError["code"], string>> = {
  "invalid-input": "The server does not take this. Check what you have entered, then try again.",
  unauthenticated: "Your sign-in has ended. Sign in again.",
  forbidden: "You may not do this. Ask whoever runs this pipeline for the right.",
  "not-found":
    "This is not there any more, or this server does not offer it. Reload the page to see what is there.",
  conflict:
    "This does not go with what is there now: somebody was faster, or other processes work by other settings. Reload the page, look at it as it is, then try again.",
  "too-large": "This is more than the server takes at once. Send less of it.",
  "unsupported-format": "The server takes no files of this kind.",
  "corrupt-image": "This picture is damaged or incomplete.",
  "decoder-crashed": "This picture could not be opened safely.",
  internal: "The server failed. Try again; if it fails again, look into the server's log.",
  unavailable: "The server is busy. Try again in a moment.",
};

/** Codes whose message says what exactly, to whoever runs the server. */
const EXACT: ReadonlySet<ApiError["code"]> = new Set(["invalid-input", "conflict"]);

/** Describes a failure for people: what happened, and what to do next. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something on this page went wrong. Reload it and try again.";
  if (error.code === "unavailable") {
    const { retryAfterSeconds } = error;
    const when = retryAfterSeconds ? `in ${retryAfterSeconds} seconds` : "in a moment";
    return error.status === undefined
      ? "The server was not reached. Check that it is running and that you are online, then try again."
      : `The server is busy. Try again ${when}.`;
  }
  const plain = EXPLANATIONS[error.code] ?? EXPLANATIONS.internal;
  const explanation = EXACT.has(error.code) ? `${plain} The server says: ${error.message}.` : plain;
  return error.requestId ? `${explanation} (request ${error.requestId})` : explanation;
}
