import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { listResting, ROTATING } from "../../../scripts/jest/rotation.mjs";
import { ROOT } from "../../support/repository.js";

const MONTH = Array.from({ length: 30 }, (_, day) => 20_787 + day);

describe("suites that npm test runs on some days", () => {
  it("are there", () => {
    expect(ROTATING.filter((name) => !existsSync(join(ROOT, "test", `${name}.test.ts`)))).toEqual([]);
  });

  it("run a third a day", () => {
    for (const day of MONTH)
      expect(Math.abs(ROTATING.length / 3 - (ROTATING.length - listResting(day).length))).toBeLessThan(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 8])(
    "run each of their tests within a quarter if they take one of %d a day",
    (period) => {
      for (const name of ROTATING) {
        const days = Array.from({ length: 92 }, (_, day) => 20_787 + day).filter(
          (day) => !listResting(day).includes(name),
        );
        expect(new Set(days.map((day) => day % period)).size).toBe(period);
      }
    },
  );
});
