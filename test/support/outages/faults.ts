import { createRandom } from "../kill/random-kills.js";

/**
 * The fate of one request on its way: `refused` is cut off before the server hears of it, `unanswered` is done by the
 * server and its answer lost, a `silent` one never arrives while its connection stands, and at an `outage` every connection is cut and so many further attempts are refused.
 */
export type Fault =
  | { readonly type: "none" | "refused" | "unanswered" | "silent" }
  | { readonly type: "outage"; readonly attempts: number };

/** Decides what happens to each request, by its text. */
export type Decide = (request: string) => Fault;

/** A plan of faults that can be ended. */
export interface FaultPlan {
  readonly decide: Decide;
  /** How often each fault was drawn. */
  readonly drawn: Readonly<Record<Fault["type"], number>>;
  /** From now on nothing goes wrong. */
  stop(): void;
}

/** Draws faults from a seed: of `period` requests about one is refused, one unanswered, and one of ten times as many begins an outage. */
export function planFaults({ seed, period }: { readonly seed: number; readonly period: number }): FaultPlan {
  const random = createRandom(seed);
  const drawn = { none: 0, refused: 0, unanswered: 0, silent: 0, outage: 0 };
  let isOver = false;
  const draw = (): Fault => {
    const number = random() * period * 10;
    if (number < 1) return { type: "outage", attempts: 1 + Math.floor(random() * 8) };
    if (number < 11) return { type: "refused" };
    return { type: number < 21 ? "unanswered" : "none" };
  };
  return {
    drawn,
    decide: () => {
      const fault: Fault = isOver ? { type: "none" } : draw();
      drawn[fault.type] += 1;
      return fault;
    },
    stop: () => {
      isOver = true;
    },
  };
}
