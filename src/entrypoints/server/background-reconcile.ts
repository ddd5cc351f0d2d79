import type { Composition } from "../container/index.js";

/** Reconciling behind a server, whenever somebody asks for it. */
export interface BackgroundReconcile {
  /**
   * Starts a run and resolves to true, or to false while one is under way. Throws `conflict` if others settle images by another
   * configuration or engine.
   */
  start(): Promise<boolean>;
  /** Stops the run; what it has asked for stays in the queue. Repeating it is harmless. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks whether the queue has room again. */
const ROOM_INTERVAL_MILLISECONDS = 1_000;

const REMEDY =
  "ask the server that was started last, or restart this one with the configuration and the release of that";

/** Makes what reconciles behind a server. `hasRoom` says whether more may be asked for, `onAccepted` is told of each request. */
export function createBackgroundReconcile(
  { pipeline, ports }: Pick<Composition, "pipeline" | "ports">,
  { hasRoom, onAccepted }: { readonly hasRoom: () => boolean; readonly onAccepted: () => void },
): BackgroundReconcile {
  const { sleep, log = () => {} } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      for await (const { outcome } of pipeline.reconcile({
        apply: true,
        startedBy: "api",
        remedy: REMEDY,
        signal,
      })) {
        if (outcome === "requested") onAccepted();
        while (!hasRoom() && !signal.aborted) await sleep(ROOM_INTERVAL_MILLISECONDS, signal);
      }
    } catch (error) {
      if (!signal.aborted) log("error", "reconciling failed", { error: String(error) });
    }
  };
  return {
    async start() {
      if (running !== undefined) return false;
      const checked = pipeline.checkDeployment({ remedy: REMEDY, signal });
      // Before anything is waited for: of two who ask at once, one starts it.
      running = checked.then(run).finally(() => {
        running = undefined;
      });
      running.catch(() => {});
      await checked;
      return true;
    },
    async stop() {
      stopping.abort();
      await running?.catch(() => {});
    },
  };
}
