import { useEffect, useState } from "react";
import { announce } from "../shared/announcer.jsx";
import { describeFailure } from "../shared/failure.js";
import { formatAge, formatCount, formatTime } from "../shared/format.js";
import type { PipelineStatus } from "../shared/status.js";
import { useWork } from "../shared/work.js";
import { noteRefusal } from "../sign-in/session.js";

type Report = NonNullable<PipelineStatus["reconcile"]>;
type FindingKind = keyof Report["findings"];

/** Milliseconds between two looks at a run that goes on. */
const LOOK_MILLISECONDS = 2_000;

/** Looks for the first report of a run that was started elsewhere, as on AWS: two minutes, far longer than that takes. */
const MOST_LOOKS = 60;

const FINDINGS: Readonly<Record<FindingKind, string>> = {
  "missing-rendition": "A rendition was missing",
  "orphaned-rendition": "Files that belong to no image",
  "stuck-pending": "Waited for too long",
  "unfinished-outbox": "An event or an invalidation was owed",
  "unrecorded-original": "An original was not known",
  "missing-original": "The original was gone",
  "outdated-record": "The original was another one",
  "outdated-rendition": "A rendition was out of date",
  "crashed-decoding": "The decoder had crashed",
  "expired-tombstone": "Removed long ago",
  unreadable: "Could not be read",
  "outdated-configuration": "Made under another configuration",
  "other-engine": "Made by another version of the image engine",
};

const OUTCOMES: Readonly<Record<string, string>> = {
  requested: "Sent to be processed",
  closed: "Put right at once",
  left: "Left as they are",
  failed: "Could not be put right",
};

/** The last run of reconciling, and the start of the next one where the API does that. */
export function ReconcileSection({
  status,
  onLook,
}: {
  readonly status: PipelineStatus;
  /** Asks for the status anew. */
  readonly onLook: () => Promise<void>;
}) {
  const { client } = useWork();
  const [failure, setFailure] = useState<string>();
  const [looksLeft, setLooksLeft] = useState(0);
  const [isRefused, setRefused] = useState(false);
  const { reconcile: report, capabilities } = status;
  const isRunning = report?.state === "running";
  const isAwaited = looksLeft > 0;
  const run = report?.startedAt;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once another run has reported, it is the one that was waited for
  useEffect(() => setLooksLeft(0), [run]);
  useEffect(() => {
    if (!isRunning && !isAwaited) return;
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      setLooksLeft((left) => Math.max(0, left - 1));
      void onLook();
    }, LOOK_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isRunning, isAwaited, onLook]);
  if (!report && !capabilities.startReconcile) return null;
  const start = async () => {
    if (isAwaited) return;
    try {
      const { started } = await client.startReconcile();
      setFailure(undefined);
      setRefused(!started);
      if (started) setLooksLeft(MOST_LOOKS);
      announce(started ? "All images are being compared." : "All images are being compared already.");
    } catch (error) {
      noteRefusal(error);
      setFailure(describeFailure(error));
    }
    await onLook();
  };
  return (
    <section aria-label="Last comparison">
      <h2>Last comparison</h2>
      {isAwaited ? (
        <p>Started. Its first report is on its way.</p>
      ) : report ? (
        <LastRun report={report} />
      ) : (
        <p>All images were never compared with what should be.</p>
      )}
      {isRefused && isRunning && <p>All images are being compared already.</p>}
      {failure && (
        <p className="notice fault" role="alert">
          {failure}
        </p>
      )}
      {capabilities.startReconcile && (
        <>
          <button type="button" className="button" aria-disabled={isAwaited} onClick={() => void start()}>
            Compare all images
          </button>
          <p>Every image is compared with the configuration in force, and what differs is put right.</p>
        </>
      )}
    </section>
  );
}

function LastRun({ report }: { readonly report: Report }) {
  const counts = [
    ...Object.entries(report.findings).map(
      ([kind, count]) => [FINDINGS[kind as FindingKind] ?? kind, count] as const,
    ),
    ...Object.entries(report.outcomes).map(
      ([outcome, count]) => [OUTCOMES[outcome] ?? outcome, count] as const,
    ),
  ];
  return (
    <>
      <p>
        <time dateTime={report.at} title={formatTime(report.at)}>
          {formatAge(report.at)}
        </time>
        {": "}
        {describeRun(report)}
      </p>
      {counts.length > 0 && (
        <dl className="fact-list">
          {counts.map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formatCount(count ?? 0, "image")}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Describes a run for people: how far it came, and what to do next. */
function describeRun({ state, images, listed, suspects, looked }: Report): string {
  const progress =
    suspects === undefined
      ? `${listed.toLocaleString()} files and records listed`
      : `${looked.toLocaleString()} of ${formatCount(suspects, "image")} looked at`;
  if (state === "running") return `running, ${progress}.`;
  if (state === "complete")
    return images === 0
      ? "complete, every image was as it should be."
      : `complete, ${formatCount(images, "image")} differed.`;
  if (state === "failed") return `failed, ${progress}. The server’s log says why.`;
  return `interrupted, ${progress}. The next run goes on.`;
}
