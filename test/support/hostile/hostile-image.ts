import type { ErrorCode } from "../../../src/domain/model/errors.js";

/** Words that a polyglot or private metadata carries and that no rendition may hold. */
export const PAYLOAD = "SAFELIGHT-HOSTILE-PAYLOAD";

/** One file that somebody may upload, and what must become of it. */
export interface HostileImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `ready`, or the code that it is refused with. */
  readonly outcome: "ready" | ErrorCode;
  /** Matches the part of the refusal that says what was found. */
  readonly says?: RegExp;
  /** Small to send and dear to decode: it must be refused before it costs anything. */
  readonly bomb?: true;
}

/** A file that looks harmless by its first bytes. */
export function createRefused(
  name: string,
  bytes: Uint8Array,
  outcome: ErrorCode,
  says: RegExp,
): HostileImage {
  return { name, bytes, outcome, says };
}
