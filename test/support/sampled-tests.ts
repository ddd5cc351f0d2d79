import { it } from "@jest/globals";
import { bind } from "jest-each";
import { EXTENT, SEED } from "./sample.js";

/**
 * An `it` that registers one test of every `period`, which moves on by one with each day, so that `period` days in a row
 * run them all; in the long run it registers every test. For files whose tests start processes and need none before them.
 */
export function takeSampleOfTests(period: number): typeof it {
  let index = 0;
  const register: typeof it = Object.assign(
    (...test: Parameters<typeof it>) => {
      const isChosen = EXTENT === "long" || (index + SEED) % period === 0;
      index += 1;
      if (isChosen) it(...test);
    },
    { each: bind((...test: Parameters<typeof it>) => register(...test)) },
  ) as typeof it;
  return register;
}
