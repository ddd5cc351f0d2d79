import type { ErrorCode } from "../../../domain/model/errors.js";

/** One sentence a code, for people who have uploaded a picture and know nothing of how it is made: what is wrong, and what they can do. */
const EXPLANATIONS: Readonly<Record<ErrorCode, string>> = {
  "invalid-input":
    "Something about this upload is not right. Check the file and its name, and upload it again.",
  unauthenticated: "You are not signed in any more. Sign in and try again.",
  forbidden: "This picture may not be shown here, or you may not do this. Ask whoever runs this site.",
  "not-found": "This picture is not here any more. Upload it again if you still need it.",
  conflict: "Somebody else changed this picture at the same time. Look at it as it is now, then try again.",
  "too-large":
    "This picture is too large. Save it with fewer pixels, with fewer frames if it moves, or as a smaller file, and upload that.",
  "unsupported-format":
    "This file is not a picture of a kind that is accepted here. Save it as JPEG, PNG or WebP, and upload that.",
  "corrupt-image":
    "This file is damaged or incomplete. Open it on your device to see whether it is whole, save it again, and upload that.",
  "decoder-crashed":
    "This picture could not be opened safely. Open it in a picture program, save it as a new file, and upload that.",
  internal: "Something went wrong on our side, not with your picture. Try again in a few minutes.",
  unavailable: "The service cannot be reached right now. Your picture is fine; try again in a moment.",
};

/**
 * Says in plain words why a picture was refused and what to do about it, for people who upload and not for developers:
 * for the `failure` of a record and for any `ApiError`. English, one or two sentences; other languages go by `code`. The
 * `message` beside the code has the numbers.
 */
export function explainFailure({ code }: { readonly code: ErrorCode }): string {
  return Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : EXPLANATIONS.internal;
}
