import type { DifferenceSummary } from "./difference.js";
import type { FindingKind } from "./finding.js";

/**
 * Who began a run of reconciling.
 * - `command`: a person at a command line.
 * - `schedule`: the deployment itself.
 * - `api`: a caller of the HTTP API, such as the dashboard.
 * - `program`: anything else that uses the library.
 */
export type ReconcileStarter = (typeof RECONCILE_STARTERS)[number];

/** All of them. */
export const RECONCILE_STARTERS = ["command", "schedule", "api", "program"] as const;

/**
 * The state of a run.
 * - `running`: it reports again within a few seconds, unless it waits for something; see {@link describeRun}.
 * - `complete`: everything was compared, and each image that differed was looked at.
 * - `interrupted`: somebody stopped it before, or its process has died.
 * - `failed`: it could not go on, for the reason in `problem`.
 */
export type ReconcileState = (typeof RECONCILE_STATES)[number];

/** All of them. */
export const RECONCILE_STATES = ["running", "complete", "interrupted", "failed"] as const;

/** One run of reconciling that closes what it finds, as far as it is. */
export interface ReconcileReport extends Pick<DifferenceSummary, "images" | "findings" | "outcomes"> {
  /** When this was reported: when the run ended, unless it is `running`. ISO 8601 in UTC. */
  readonly at: string;
  /** When the run began, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly startedBy: ReconcileStarter;
  readonly state: ReconcileState;
  readonly problem?: string;
  /** The kinds of findings that counted; absent where all did. */
  readonly only?: readonly FindingKind[];
  /** Originals, files and records that were listed. */
  readonly listed: number;
  /** Images that seemed to differ, and how many of them were looked at; absent while everything is listed. */
  readonly suspects?: number;
  readonly looked: number;
}

/** Milliseconds after which a run that has said nothing has died: a function of AWS ends by then, and a process reports far sooner. */
const LONGEST_SILENCE = 15 * 60_000;

/** Describes a run as it is now: one that goes on by its last report, and was not heard of for 15 minutes, is `interrupted`. */
export function describeRun(report: ReconcileReport, now: Date): ReconcileReport {
  const isSilent = now.getTime() - Date.parse(report.at) >= LONGEST_SILENCE;
  return report.state === "running" && isSilent ? { ...report, state: "interrupted" } : report;
}
