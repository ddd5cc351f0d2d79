import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createLimiter } from "../../../src/adapters/sharp/limits/limiter.js";

describe("A limiter", () => {
  it("never runs more tasks than its limit, starts them in order and returns each its own result", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean()),
        fc.scheduler(),
        async (places, fates, s) => {
          const limit = createLimiter(places);
          const started: number[] = [];
          let running = 0;
          let most = 0;
          const results = fates.map((fails, index) =>
            limit(async () => {
              started.push(index);
              running++;
              most = Math.max(most, running);
              await s.schedule(Promise.resolve());
              running--;
              if (fails) throw new Error(`task ${index}`);
              return index;
            }),
          );
          const settled = Promise.allSettled(results);
          await s.waitFor(settled);
          const outcomes = (await settled).map((result) =>
            result.status === "fulfilled" ? result.value : String(result.reason.message),
          );
          expect(most).toBe(Math.min(places, fates.length));
          expect(started).toEqual(fates.map((_fails, index) => index));
          expect(outcomes).toEqual(fates.map((fails, index) => (fails ? `task ${index}` : index)));
        },
      ),
    );
  });
});
