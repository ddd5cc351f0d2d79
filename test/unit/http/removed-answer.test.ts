import { expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { allowAll, httpApi } from "../../../src/entrypoints/http/index.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { replaceMethods } from "../../support/liars/liar.js";

const KEY = "k.png";
const BYTES = createFakeImage({ format: "png", width: 8, height: 8 });

it("a removal is not called done because something else was settled at its version", async () => {
  const ports = memory();
  let settleOthers = async () => {};
  const queue = replaceMethods<ChangeQueue>(ports.queue, {
    send: async (request) => {
      if (request.type === "remove") await settleOthers();
      await ports.queue.send(request);
    },
  });
  const pipeline: Pipeline = definePipeline({ ...ports, queue, engine: createFakeEngine() });
  const { imageId } = await pipeline.process({ key: KEY, bytes: BYTES });
  // Both requests are of the version after the one that they read.
  await pipeline.requestProcessing(KEY, { force: true });
  settleOthers = async () => void (await pipeline.drainQueue());
  const api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll() });
  const remove = async () => {
    const answer = await api.fetch(new Request(`http://api.example/images/${imageId}`, { method: "DELETE" }));
    return answer.json();
  };
  expect(await remove()).toMatchObject({ removed: false });
  await pipeline.drainQueue();
  expect(await remove()).toMatchObject({ removed: true });
});
