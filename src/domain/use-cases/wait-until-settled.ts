import type { CallOptions } from "../../ports/call-options.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageDescription, ImageRecord } from "../model/image-record.js";
import { hasOwner } from "../model/owner.js";
import { compareVersions, type Version } from "../model/version.js";
import { describeImage } from "./describe-image.js";
import type { OwnerOptions } from "./get-owned-record.js";
import type { Needs } from "./ports.js";

/** How long to wait, and for what. */
export interface AwaitOptions extends CallOptions, OwnerOptions {
  /** Only a record of this version or a newer one counts. Default: any that is not pending. */
  readonly since?: Version;
  /** Longest time to wait. Default 0: one look. */
  readonly seconds?: number;
}

/** The image as the last look saw it. */
export interface AwaitedImage {
  /** Whether there is nothing more to wait for. */
  readonly settled: boolean;
  /** Absent if there is no such image, or it was removed. */
  readonly image?: ImageDescription;
}

/** Milliseconds between the first two looks; each wait is half as long again, up to the longest. */
const FIRST_PAUSE = 40;
const LONGEST_PAUSE = 1_000;

/**
 * Waits until somebody has settled an image. Nothing but its record is read, so whoever waits need not be who settles.
 * Resolves as soon as the image is settled, otherwise when the time is over. An image that is unknown so far is waited
 * for, and so is one that is not the `owner`'s: how long it takes tells nothing. Of a removal, only who knows the version
 * that it asked for is told.
 */
export async function waitUntilSettled(
  ports: Needs<"records" | "urls" | "sleep" | "clock">,
  imageId: ImageId,
  { since, seconds = 0, owner, signal }: AwaitOptions = {},
): Promise<AwaitedImage> {
  const longest = seconds * 1_000;
  const began = ports.clock().getTime();
  let paused = 0;
  for (let next = FIRST_PAUSE; ; next = Math.min(next * 1.5, LONGEST_PAUSE)) {
    signal?.throwIfAborted();
    const found = await ports.records.get(imageId, { signal });
    const counts = found && (hasOwner(found, owner) || (since && found.status === "removed"));
    const record = counts ? found : undefined;
    const settled = isSettled(record, since);
    // Looks take time as well. Pauses are counted beside the clock: one that stands still must not make this endless.
    const left = longest - Math.max(paused, ports.clock().getTime() - began);
    if (settled || left <= 0) {
      const image = record && record.status !== "removed" && (await describeImage(ports, record));
      return image ? { settled, image } : { settled };
    }
    const time = Math.min(next, left);
    paused += time;
    await ports.sleep(time, signal).finally(() => signal?.throwIfAborted());
  }
}

/** A removal is settled once its outbox is empty: only then are the renditions gone and the CDN knows. */
function isSettled(record: ImageRecord | undefined, since: Version | undefined): boolean {
  if (!record || record.status === "pending") return false;
  if (since && compareVersions(record.version, since) < 0) return false;
  return record.status !== "removed" || record.outbox === undefined;
}
