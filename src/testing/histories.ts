import fc from "fast-check";
import { guardPorts } from "../ports/checked/index.js";
import type { Closable, Contract, Law } from "../ports/contracts/index.js";
import { DOMAIN } from "./histories/domain.js";
import { histories, playHistory } from "./histories/play.js";
import { BOUNDS } from "./histories/simulate.js";
import type { Bounds } from "./histories/stage.js";
import type { HistoryStores } from "./histories/stores.js";

/** The harness for the laws of histories. */
export interface HistoriesHarness extends Closable {
  /** Opens stores for one history: empty, and nobody else's. It is called once for each. */
  open(): Promise<HistoryStores>;
}

/**
 * The laws of the three stores together, whatever happens while originals are uploaded, replaced, edited and removed:
 * random histories of a few people and handlers, one call at a time in any order, each judged by what it leaves. The
 * engine is a fake one, so that a history takes as long as its calls. A failure gives the steps that led to it, and the
 * seed to play it again with.
 */
export const historiesContract: Contract<HistoriesHarness> = {
  name: "Histories",
  laws: [
    createLaw("handlers that work one after the other leave what one pass over the final originals would", {
      maxHandlers: 1,
      maxFaults: 0,
      tellsTwice: false,
    }),
    createLaw(
      "handlers side by side, of changes that are told twice and in any order, leave what one pass over the final originals would",
      { maxFaults: 0 },
    ),
    createLaw(
      "processes that die between any two calls, refused calls and lost answers leave what one pass over the final originals would",
      {},
    ),
  ],
};

function createLaw(name: string, bounds: Partial<Bounds>): Law<HistoriesHarness> {
  return {
    name,
    check: async (harness, { runs = 25, histories: numRuns = runs, seed }) => {
      const open = async () => {
        const stores = await harness.open();
        const { originals, renditions, records } = stores;
        return { ...stores, ...guardPorts({ originals, renditions, records }) };
      };
      const play = async (numbers: Uint8Array) =>
        void (await playHistory(DOMAIN, numbers, open, { ...BOUNDS, ...bounds }));
      await fc.assert(fc.asyncProperty(histories, play), {
        numRuns,
        endOnFailure: true,
        includeErrorInReport: true,
        ...(seed !== undefined && { seed }),
      });
    },
  };
}
