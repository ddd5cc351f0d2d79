import { ApiError } from "../../http/client/index.js";

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
  const explanation = explainCode(error.code) ?? `${error.message}.`;
  return error.requestId ? `${explanation} (request ${error.requestId})` : explanation;
}

function explainCode(code: ApiError["code"]): string | undefined {
  if (code === "unauthenticated") return "Your sign-in has ended. Sign in again.";
  if (code === "forbidden") return "You may not do this. Ask whoever runs this pipeline for the right.";
  if (code === "internal")
    return "The server failed. Try again; if it fails again, look into the server's log.";
  return undefined;
}
