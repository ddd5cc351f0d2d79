import { describe, expect, it } from "@jest/globals";
import { ContainerModule } from "inversify";
import { jsonLog, randomIds, systemClock } from "../../../src/adapters/system/index.js";
import { override, tokens } from "../../../src/entrypoints/container/index.js";
import { provide } from "../../../src/entrypoints/container/module.js";
import type { Clock } from "../../../src/ports/clock.js";
import type { Ids } from "../../../src/ports/ids.js";

const createStampedLog = (clock: Clock, ids: Ids) => jsonLog({ stream: { write: () => clock() && ids() } });

/** `npm run check` compiles this file: an expected error that does not come is itself an error. */
describe("what must not compile", () => {
  it("is a swapped dependency, a value of another port or a missing dependency", () => {
    const right = new ContainerModule(({ bind }) => {
      provide(bind, tokens.log, createStampedLog, [tokens.clock, tokens.ids]);
      // @ts-expect-error the dependencies are swapped
      provide(bind, tokens.log, createStampedLog, [tokens.ids, tokens.clock]);
      // @ts-expect-error one is missing
      provide(bind, tokens.log, createStampedLog, [tokens.clock]);
      // @ts-expect-error one is too many
      provide(bind, tokens.clock, () => systemClock, [tokens.ids]);
      // @ts-expect-error a clock is not an id source
      provide(bind, tokens.ids, () => systemClock, []);
    });
    const overrides = [
      override(tokens.log, createStampedLog, [tokens.clock, tokens.ids]),
      // @ts-expect-error the dependencies are swapped
      override(tokens.log, createStampedLog, [tokens.ids, tokens.clock]),
      // @ts-expect-error a factory with dependencies needs their tokens
      override(tokens.log, createStampedLog),
      // @ts-expect-error an id source is not a clock
      override(tokens.clock, () => randomIds),
    ];
    expect([right, ...overrides].every((module) => module instanceof ContainerModule)).toBe(true);
  });
});
