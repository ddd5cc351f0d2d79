import { deriveEventId } from "../../domain/model/image-event.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { listVisible } from "./commit-laws.js";
import { isNewer, type World } from "./world.js";

const EVENT_TYPES = { ready: "ImageReady", rejected: "ImageRejected", removed: "ImageRemoved" } as const;

/** Every commit that changed what anybody can see was told, every edit was, and the newest event tells what is true now. */
export function judgeEvents({ published, laws }: World, key: string, record: ImageRecord | undefined): void {
  const imageId = deriveImageId(key);
  const events = published.filter((event) => event.key === key);
  const told = new Set(events.map(({ id }) => id));
  const commits = laws.history.get(imageId) ?? [];
  let before: ImageRecord | undefined;
  let lived = false;
  for (const commit of commits) {
    const { version, edition, status } = commit;
    if (commit.outbox?.events.some((event) => event.type === "ImageEdited" && event.edition === edition)) {
      if (!told.has(deriveEventId(imageId, { version, edition, type: "ImageEdited" })))
        throw new Error(`nobody was told that ${key} was edited`);
    } else if (
      status !== "pending" &&
      before?.version !== version &&
      listVisible(commit) !== (before && listVisible(before))
    ) {
      const isSilent = status === "removed" && (!before || before.status === "removed");
      if (!isSilent && !told.has(deriveEventId(imageId, { version, type: EVENT_TYPES[status] })))
        throw new Error(`nobody was told of the ${status} of ${key}`);
    }
    lived ||= status !== "removed";
    before = commit;
  }
  if (!record || record.status === "pending") return;
  const newest = events
    .filter(({ type }) => type !== "ImageEdited")
    .reduce<(typeof events)[number] | undefined>(
      (latest, event) => (!latest || isNewer(event.version, latest.version) ? event : latest),
      undefined,
    );
  if (!lived && !newest) return;
  if (!lived && !laws.wasPurged.has(imageId))
    throw new Error(`${newest?.type} tells of ${key}, which was never there`);
  if (!newest || newest.type !== EVENT_TYPES[record.status])
    throw new Error(
      `the newest event of ${key} is ${newest?.type ?? "missing"} but its record is ${record.status}`,
    );
}
