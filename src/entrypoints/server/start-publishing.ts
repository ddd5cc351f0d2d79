import { SafelightError } from "../../domain/model/errors.js";
import type { Composition } from "../container/index.js";

/** The publishing of the deployment, once. */
export interface Publishing {
  /** Resolves once it is done, or was tried and has to be tried again. */
  readonly tried: Promise<void>;
  /** Ends it, whether it is done or not. */
  stop(): Promise<void>;
}

/** Milliseconds until a store that was away is tried again. */
const PAUSE_MILLISECONDS = 5_000;

/**
 * Publishes by which configuration and engine this process settles images. A store that is away is tried again, until it is
 * there: no start fails by it.
 */
export function startPublishing({ pipeline, ports }: Pick<Composition, "pipeline" | "ports">): Publishing {
  const { sleep, log = () => {} } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Resolves to whether it has to be tried again. */
  const publish = async (): Promise<boolean> => {
    try {
      await pipeline.publishDeployment({ signal });
      return false;
    } catch (error) {
      if (signal.aborted) return false;
      log("warn", "deployment not published", { error: String(error) });
      return error instanceof SafelightError && error.retryable;
    }
  };
  const first = publish();
  const publishing = first.then(async (isAway) => {
    while (isAway && !signal.aborted) {
      await sleep(PAUSE_MILLISECONDS, signal).catch(() => {});
      isAway = !signal.aborted && (await publish());
    }
  });
  return {
    tried: first.then(() => {}),
    async stop() {
      stopping.abort();
      await publishing;
    },
  };
}
