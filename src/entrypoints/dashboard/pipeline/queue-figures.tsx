import { formatAge } from "../shared/format.js";
import type { PipelineStatus } from "../shared/status.js";

/** How much is still to be settled; nothing where that cannot be counted. */
export function QueueFigures({ queue }: { readonly queue: PipelineStatus["queue"] }) {
  if (!queue) return null;
  return (
    <dl className="figures">
      <div>
        <dt>Waiting</dt>
        <dd>{queue.waiting.toLocaleString()}</dd>
      </div>
      <div>
        <dt>Being worked on</dt>
        <dd>{queue.inFlight.toLocaleString()}</dd>
      </div>
      <div>
        <dt>Oldest change</dt>
        <dd>{queue.oldest === undefined ? "none" : formatAge(queue.oldest)}</dd>
      </div>
    </dl>
  );
}
