import { addDifference, type Difference, NO_DIFFERENCE } from "../model/difference.js";
import type { ReconcileReport, ReconcileStarter } from "../model/reconcile-report.js";
import type { Needs } from "./ports.js";
import { assertDeployed, type DeploymentOptions, publishDeployment } from "./publish-deployment.js";
import {
  type ClosingOptions,
  type ClosingPorts,
  type ReconcileProgress,
  reconcileImages,
} from "./reconcile-images.js";

/** How to compare all images, with what, and in whose name. */
export interface ReconcileOptions extends ClosingOptions, DeploymentOptions {
  /** Who begins the run, for its report. Default `program`. */
  readonly startedBy?: ReconcileStarter;
  /**
   * Called with each report of a run that closes what it finds; the last one tells how it ended, also of a run that was refused
   * or stopped before it began.
   */
  readonly onReport?: (report: ReconcileReport) => void;
}

/** The ports that reconciling needs, with those that its report goes to. */
export type ReconcilePorts = ClosingPorts & Needs<"statuses" | "log">;

/** Milliseconds between two reports of one run: each is a write of the store. */
const REPORT_INTERVAL = 5_000;

/**
 * Compares all images as {@link reconcileImages} does, with the deployment's configuration and engine: others are refused
 * with `conflict`. A run that closes what it finds reports to the status store when it begins, now and then, and when it
 * ends, however that is. A report that cannot be stored is logged, and stops nothing.
 */
export async function* reconcileAndReport(
  ports: ReconcilePorts,
  options: ReconcileOptions = {},
): AsyncGenerator<Difference, void, undefined> {
  if (!options.apply) {
    await assertDeployed(ports, options);
    return yield* reconcileImages(ports, options);
  }
  const report = new RunReport(ports, options);
  try {
    await assertDeployed(ports, options);
    if (options.newDeployment && !options.deployment) await publishDeployment(ports, options);
    report.send("running");
    const updateBoth = (progress: ReconcileProgress) => {
      report.update(progress);
      options.onProgress?.(progress);
    };
    for await (const difference of reconcileImages(ports, { ...options, onProgress: updateBoth })) {
      report.add(difference);
      yield difference;
    }
    report.send("complete");
  } catch (error) {
    if (!options.signal?.aborted)
      report.send("failed", error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    await report.end();
  }
}

/** One run as it goes on. */
class RunReport {
  readonly #ports: Pick<ReconcilePorts, "statuses" | "clock" | "log">;
  readonly #about: Pick<ReconcileReport, "startedAt" | "startedBy" | "only">;
  readonly #onReport: ReconcileOptions["onReport"];
  #progress: ReconcileProgress = { listed: 0, looked: 0 };
  #summary = NO_DIFFERENCE;
  #hasBegun = false;
  #sent: ReconcileReport["state"] | undefined;
  #sentAt = 0;
  /** Puts go one after the other: of two of one millisecond the last is to stay. */
  #putting: Promise<void> = Promise.resolve();

  constructor(ports: ReconcilePorts, { startedBy = "program", only, onReport }: ReconcileOptions) {
    this.#ports = ports;
    const startedAt = ports.clock().toISOString();
    this.#onReport = onReport;
    this.#about = { startedAt, startedBy, ...(only && { only: [...only] }) };
  }

  update(progress: ReconcileProgress): void {
    this.#progress = progress;
    if (this.#ports.clock().getTime() - this.#sentAt >= REPORT_INTERVAL) this.send("running");
  }

  add(difference: Difference): void {
    this.#summary = addDifference(this.#summary, difference);
  }

  send(state: ReconcileReport["state"], problem?: string): void {
    const { statuses, clock, log } = this.#ports;
    const now = clock();
    const { listed, suspects, looked } = this.#progress;
    const { images, findings, outcomes } = this.#summary;
    const report: ReconcileReport = {
      at: now.toISOString(),
      ...this.#about,
      state,
      ...(problem !== undefined && { problem: problem.slice(0, 1_000) }),
      listed,
      ...(suspects !== undefined && { suspects }),
      looked,
      images,
      findings,
      outcomes,
    };
    this.#sent = state;
    this.#sentAt = now.getTime();
    this.#onReport?.(report);
    this.#hasBegun ||= state === "running";
    // Who was refused before the run began says nothing in place of the last one.
    if (statuses === undefined || !this.#hasBegun) return;
    this.#putting = this.#putting
      .then(() => statuses.put("reconcile", report))
      .catch((error) => log("warn", "report of reconciling not stored", { error: String(error) }));
  }

  /** Resolves once the last report is stored. Whoever has neither completed nor failed by then was stopped. */
  async end(): Promise<void> {
    if (this.#sent !== "complete" && this.#sent !== "failed") this.send("interrupted");
    await this.#putting;
  }
}
