import type { CallOptions } from "../../ports/call-options.js";
import { type Change, deriveVersion, FIRST_ATTEMPT } from "../model/change.js";
import { deriveImageId, type ImageId } from "../model/image-id.js";
import type { ImageRecord, ImageStatus } from "../model/image-record.js";
import { originalKey } from "../model/original-key.js";
import type { RenditionKey } from "../model/rendition.js";
import { compareVersions, incrementRevision, type Version } from "../model/version.js";
import { findBlob } from "./find-blob.js";
import { buildProcessRequest } from "./request-processing.js";
import { type Settled, type SettlePorts, settleChange } from "./settle-change.js";

/** How a recorded change is replayed. */
export interface ReplayOptions {
  /**
   * Whether the change was recorded of the very store that the originals lie in. Where it was not, its place in the order
   * means nothing, and it is replayed as a look at what lies there now. Default true.
   */
  readonly sameStore?: boolean;
}

/** The state of an image's record. */
export interface RecordState {
  readonly status: ImageStatus;
  readonly version: Version;
}

/** The result of replaying a change, and why it is so. */
export interface Replayed extends Settled {
  readonly imageId: ImageId;
  readonly key: string;
  /** The change as it was settled: of another store's change, the request that stands for it. */
  readonly change: Change;
  /** The version that settling it gives. */
  readonly version: Version;
  /** The record before, absent if there was none. */
  readonly before?: RecordState;
  /** The record after, absent if there is none. */
  readonly after?: RecordState;
  /** Why nothing was done: `later-version`: the record had this version or a later one already; `other-original`: what the change tells of does not lie there now, so that another change decides. */
  readonly reason?: "later-version" | "other-original";
  /** The renditions that were made, that stayed, and that went. */
  readonly renditions: {
    readonly made: readonly RenditionKey[];
    readonly kept: readonly RenditionKey[];
    readonly gone: readonly RenditionKey[];
  };
}

/**
 * Settles a change that was recorded, as if it came now, and resolves to what that did. Settling is safe to repeat, so a
 * change of the past changes nothing that a later one has decided. Throws what settling throws.
 */
export async function replayChange(
  ports: SettlePorts,
  recorded: Change,
  { sameStore = true, signal }: CallOptions & ReplayOptions = {},
): Promise<Replayed> {
  const { records } = ports;
  const key = originalKey(recorded.key);
  const imageId = deriveImageId(key);
  const before = await records.get(imageId, { signal });
  const change = sameStore ? recorded : await createLook(ports, key, before, { signal });
  const version = deriveVersion(change, before?.version);
  const settled = await settleChange(ports, change, FIRST_ATTEMPT, { signal });
  const after = await records.get(imageId, { signal });
  const isLater = before !== undefined && compareVersions(before.version, version) >= 0;
  return {
    ...settled,
    imageId,
    key,
    change,
    version,
    ...(before && { before: pickState(before) }),
    ...(after && { after: pickState(after) }),
    ...(settled.outcome === "superseded" && {
      reason: isLater ? ("later-version" as const) : ("other-original" as const),
    }),
    renditions: compareRenditions(before, after),
  };
}

/** The request that has a handler look at what lies there, whichever store has told of it. */
async function createLook(
  { originals }: Pick<SettlePorts, "originals">,
  key: string,
  record: ImageRecord | undefined,
  { signal }: CallOptions,
): Promise<Change> {
  if (await findBlob(originals, key, { signal })) return buildProcessRequest(key, record);
  return { type: "remove", key, version: incrementRevision(record?.version) };
}

function pickState({ status, version }: ImageRecord): RecordState {
  return { status, version };
}

function compareRenditions(before: ImageRecord | undefined, after: ImageRecord | undefined) {
  const listKeys = (record: ImageRecord | undefined) => record?.renditions.map(({ key }) => key) ?? [];
  const [old, now] = [new Set(listKeys(before)), new Set(listKeys(after))];
  return {
    made: [...now].filter((key) => !old.has(key)),
    kept: [...now].filter((key) => old.has(key)),
    gone: [...old].filter((key) => !now.has(key)),
  };
}
