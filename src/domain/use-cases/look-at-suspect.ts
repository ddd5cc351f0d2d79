import type { CallOptions } from "../../ports/call-options.js";
import { SafelightError } from "../model/errors.js";
import type { ImageId } from "../model/image-id.js";
import type { Suspect } from "./compare-stores.js";
import { type Examination, examineImage, type Look } from "./examine-image.js";
import type { Needs } from "./ports.js";

type LookingPorts = Needs<"originals" | "renditions" | "records" | "config" | "engine">;

/** The end of a look at one image: how it is, or why nobody can say. */
export type Looked = { readonly look: Look; readonly problem?: undefined } | Unread;

/** An image that could not be read, with the finding that says so. */
export interface Unread {
  readonly problem: string;
  readonly look: Look;
}

/** How many looks, or closings, of one run have failed one after the other: so that a store that refuses all of them is noticed. */
export interface Watch {
  failures: number;
}

/** So many images that fail in a row are no accident of theirs: whoever runs this may not read anything, for example. */
const MOST_FAILURES = 1_000;

/**
 * Looks at one image that was noted. What a store does not let be read of it is a problem of this image, which keeps no
 * other one from being looked at. Throws what the stores throw if one of them is away.
 */
export async function lookAtSuspect(
  ports: LookingPorts,
  suspect: Suspect,
  rest: Omit<Examination, "imageId" | "key">,
  watch: Watch,
  { signal }: CallOptions = {},
): Promise<Looked> {
  const { imageId, key, isFolder } = suspect;
  const nothing: Look = { record: undefined, key, original: undefined, files: [], findings: [] };
  try {
    // Whoever can list it by now lists its originals in the next run.
    if (isFolder) await ports.originals.list(key ?? "", { limit: 1, signal });
    const look = isFolder ? nothing : await examineImage(ports, { ...suspect, ...rest }, { signal });
    watch.failures = 0;
    return { look };
  } catch (error) {
    // Anything else is a fault of the program.
    if (!(error instanceof SafelightError)) throw error;
    const problem = await explainFailure(ports, error, imageId, watch, { signal });
    // Who was noted by a record or by renditions alone has no key yet, and nobody finds a file by its image id.
    const known = key ?? (await ports.records.get(imageId, { signal }))?.key;
    const finding = { kind: "unreadable", imageId, ...(known !== undefined && { key: known }) } as const;
    return { look: { ...nothing, key: known, findings: [finding] }, problem };
  }
}

/**
 * Resolves to the words for what failed with one image. Throws the error if the image is not to blame: if it was
 * interrupted, if a store is away, and if nothing but failures came for long.
 */
export async function explainFailure(
  ports: Needs<"originals" | "renditions" | "records">,
  error: unknown,
  imageId: ImageId,
  watch: Watch,
  { signal }: CallOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  await checkStores(ports, imageId, { signal });
  watch.failures += 1;
  const problem = error instanceof Error ? error.message : String(error);
  if (watch.failures < MOST_FAILURES) return problem;
  const message = `${MOST_FAILURES} images in a row could not be looked at or closed, the last one because of this: ${problem}`;
  throw new SafelightError("unavailable", message, { cause: error });
}

/** Throws what a store throws that is away. */
async function checkStores(
  { originals, renditions, records }: Needs<"originals" | "renditions" | "records">,
  imageId: ImageId,
  { signal }: CallOptions,
): Promise<void> {
  const first = { limit: 1, onUnreadable: () => {}, signal };
  await Promise.all([
    originals.list("", first),
    renditions.list("", first),
    records.get(imageId, { signal }),
  ]);
}
