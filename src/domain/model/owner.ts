import * as is from "./checks.js";

/**
 * Where it is known from whose image an original is: from nowhere, from its key (the first segment of one with `/` in
 * it), or from whoever uploads it, who is told by the program or by the claim of a token.
 */
export type OwnerSource = "none" | "key" | "caller";

/** The sources, for validation and for generators. */
export const OWNER_SOURCES: readonly OwnerSource[] = ["none", "key", "caller"];

/** The name under which a store keeps the owner beside an original. */
const OWNER_METADATA = "owner";

/** Most bytes of an owner's name in UTF-8: with the longest name of a file beside it, it is still metadata that every store takes. */
const MAX_OWNER_BYTES = 200;

const NAME = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

const name = is.checkValue<string>(
  `1 to ${MAX_OWNER_BYTES} bytes of UTF-8 without line breaks or control characters`,
  (value) =>
    typeof value === "string" &&
    NAME.test(value) &&
    new TextEncoder().encode(value).length <= MAX_OWNER_BYTES,
);

/** Returns `owner` if it can name one. Throws `invalid-input` otherwise. */
export function checkOwnerName(owner: string): string {
  return is.runCheck("the owner", name, owner);
}

/** The metadata from which {@link readStoredOwner} reads the owner: printable ASCII. */
export function toOwnerMetadata(owner: string | undefined): Readonly<Record<string, string>> {
  return owner === undefined ? {} : { [OWNER_METADATA]: encodeURIComponent(checkOwnerName(owner)) };
}

/** Whose the original is; `undefined`: nobody's, or it is not to be known. */
export function readStoredOwner(
  { key, metadata }: { readonly key: string; readonly metadata: Readonly<Record<string, string>> },
  { owner: source }: { readonly owner: OwnerSource },
): string | undefined {
  if (source === "key") return readOwner(key.includes("/") ? key.slice(0, key.indexOf("/")) : undefined);
  return source === "caller" ? readOwner(decodeMetadata(metadata[OWNER_METADATA])) : undefined;
}

/**
 * Whether an image counts for whoever is bound to `owner`: it is that owner's, and nobody else's or nobody's. Everything counts for
 * whoever is bound to none (`undefined`). This is the one rule of binding; whatever does not count is as if it were not there.
 */
export function hasOwner({ owner: actual }: { readonly owner?: string }, owner: string | undefined): boolean {
  return owner === undefined || actual === owner;
}

/** Stores are written by others, too: what names nobody is nobody's. */
function readOwner(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : checkOwnerName(text);
  } catch {
    return undefined;
  }
}

function decodeMetadata(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return text;
  }
}
