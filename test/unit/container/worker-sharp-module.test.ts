import { expect, it } from "@jest/globals";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { compose, memoryModule, sharpWorkersModule } from "../../../src/entrypoints/container/index.js";

it("provides an engine of the same version that closing the composition closes", async () => {
  const { ports, pipeline, close } = await compose(memoryModule(), sharpWorkersModule({ workers: 1 }));
  expect(ports.engine.version).toBe(sharpEngine().version);
  await close();
  await close();
  await expect(pipeline.plan(new Uint8Array(40))).rejects.toMatchObject({ code: "unavailable" });
});

it("refuses options that cannot be kept before anything starts", async () => {
  await expect(compose(memoryModule(), sharpWorkersModule({ timeoutMilliseconds: 0 }))).rejects.toMatchObject(
    {
      code: "invalid-input",
    },
  );
});
