import type { Delivery } from "../../domain/model/change.js";
import { isImageRequest } from "../../domain/model/change.js";
import { toVersionLabel } from "../../domain/model/version.js";
import type { RecordState, Replayed } from "../../domain/pipeline.js";
import { formatCount } from "./output.js";

/** The line of a change that is about to be replayed, such as `1/3 created cat.jpg, sequencer 0055, attempt 2`. */
export function formatStep({ change, attempt }: Delivery, place: string): string {
  const order = isImageRequest(change)
    ? `version ${toVersionLabel(change.version)}`
    : `sequencer ${change.sequencer}`;
  return `${place} ${change.type} ${change.key}, ${order}, attempt ${attempt}`;
}

/** Formats what a change did and why, a few lines below its step. */
export function formatReplayed(replayed: Replayed): string[] {
  const { version, before, after, renditions } = replayed;
  const files = Object.entries(renditions).flatMap(([name, keys]) => keys.map((key) => `    ${name} ${key}`));
  return [
    `  version ${toVersionLabel(version)}, met ${formatState(before)}`,
    `  ${replayed.outcome}: ${explainOutcome(replayed)}`,
    `  left ${formatState(after)}`,
    ...files,
  ];
}

function formatState(state: RecordState | undefined): string {
  return state === undefined ? "no record" : `${state.status} at ${toVersionLabel(state.version)}`;
}

function explainOutcome({ outcome, reason, failure, before, renditions, untagged }: Replayed): string {
  const later = untagged ? "; the tagger failed and is asked later" : "";
  switch (outcome) {
    case "ready":
      return `${formatCount(renditions.made.length, "rendition")} made, ${renditions.kept.length} kept, ${renditions.gone.length} gone${later}`;
    case "rejected":
      return `${failure?.code}: ${failure?.message}`;
    case "removed":
      return `no original lies there; ${formatCount(renditions.gone.length, "rendition")} gone`;
    case "unchanged":
      return `what is there is what the change calls for; nothing was rendered${later}`;
    case "postponed":
      return "nobody could say yet whether the image may be shown; a request for it waits in the queue";
    case "superseded":
      return reason === "later-version" && before !== undefined
        ? `version ${toVersionLabel(before.version)} is settled already`
        : "another change decides: what this one tells of does not lie there now";
  }
}
