import { useEffect, useState } from "react";
import { announce } from "../shared/announcer.jsx";
import { formatBytes, formatCount } from "../shared/format.js";
import { CloseIcon, CollapseIcon } from "../shared/icons.jsx";
import { useStore } from "../shared/store.js";
import { useWork } from "../shared/work.js";
import { isUnderWay, type UploadEntry } from "./upload-queue.js";
import { UploadRow } from "./upload-row.jsx";

/** All uploads of this page, those that need somebody first. */
export function UploadPanel() {
  const { uploads } = useWork();
  const entries = useStore(uploads.entries);
  const [isOpen, setOpen] = useState(true);
  const counts = countEntries(entries);
  const summary = summarize(entries.length, counts);
  const isBusy = counts.open > 0;
  useEffect(() => {
    if (entries.length > 0 && !isBusy) announce(summary);
  }, [entries.length, isBusy, summary]);
  useEffect(() => {
    if (!isBusy) return;
    // Files that were not sent are lost with the page: the browser asks.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isBusy]);
  if (entries.length === 0) return null;
  const sent = entries.reduce((sum, { sent: bytes }) => sum + bytes, 0);
  const total = entries.reduce((sum, entry) => sum + (isCounted(entry) ? entry.file.size : entry.sent), 0);
  return (
    <section className="uploads" aria-label="Uploads">
      <header>
        <h2>{summary}</h2>
        <button
          type="button"
          className="icon-button"
          aria-expanded={isOpen}
          aria-label="Show each file"
          onClick={() => setOpen(!isOpen)}
        >
          <CollapseIcon />
        </button>
        {!isBusy && (
          <button type="button" className="icon-button" aria-label="Close uploads" onClick={uploads.clear}>
            <CloseIcon />
          </button>
        )}
      </header>
      {isBusy && (
        <div className="total">
          <progress aria-label="All files" max={Math.max(1, total)} value={sent} />
          <span>
            {formatBytes(sent)} of {formatBytes(total)}
          </span>
          <button type="button" className="button small" onClick={uploads.cancelAll}>
            Cancel all
          </button>
        </div>
      )}
      {!isBusy && counts.failed > 1 && (
        <div className="total">
          <button type="button" className="button small" onClick={uploads.retryAll}>
            Try {formatCount(counts.failed, "file")} again
          </button>
        </div>
      )}
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
        <ul tabIndex={0} aria-label="Files">
          {[...entries].sort(compareUrgency).map((entry) => (
            <UploadRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface Counts {
  readonly open: number;
  readonly ready: number;
  readonly refused: number;
  readonly failed: number;
}

function countEntries(entries: readonly UploadEntry[]): Counts {
  const count = (...states: UploadEntry["state"][]) =>
    entries.filter(({ state }) => states.includes(state)).length;
  return {
    open: entries.filter(isUnderWay).length,
    ready: count("ready"),
    refused: count("refused"),
    failed: count("failed", "canceled"),
  };
}

function summarize(total: number, { open, ready, refused, failed }: Counts): string {
  if (open > 0) return `Uploading ${formatCount(total, "file")}, ${total - open} done`;
  return [
    ready > 0 || refused + failed === 0 ? `${formatCount(ready, "image")} ready` : "",
    refused > 0 ? `${refused} refused` : "",
    failed > 0 ? `${failed} not uploaded` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function isCounted({ state }: UploadEntry): boolean {
  return state !== "canceled" && state !== "refused" && state !== "failed";
}

const URGENCY: Readonly<Record<UploadEntry["state"], number>> = {
  refused: 0,
  failed: 0,
  sending: 1,
  rendering: 1,
  waiting: 2,
  canceled: 3,
  ready: 4,
};

function compareUrgency(a: UploadEntry, b: UploadEntry): number {
  return URGENCY[a.state] - URGENCY[b.state] || a.id - b.id;
}
