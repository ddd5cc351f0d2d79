import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import type { Moderation } from "../../../src/domain/model/tagging-policy.js";
import { decorate } from "../../../src/ports/checked/decorate.js";
import type { ImageTagger } from "../../../src/ports/image-tagger.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { createStoppedClock } from "../../support/memory-harness.js";

const KEY = "a.png";
const ID = deriveImageId(KEY);
const IMAGE = createFakeImage({ format: "png", width: 900, height: 600 });

/** A pipeline whose tagger is out of reach for a while, and then finds a weapon or nothing. */
function createMute({ moderation = true, finds = false }: { moderation?: Moderation; finds?: boolean }) {
  const { clock, pass } = createStoppedClock();
  const ports = memory({ clock });
  const answers = { left: 0, asked: 0, dies: false };
  const tagger: ImageTagger = {
    provider: "mute",
    tag: async () => {
      answers.asked += 1;
      if (answers.left > 0) {
        answers.left -= 1;
        throw new SafelightError("unavailable", "too many requests");
      }
      return [
        { name: finds ? "Weapon" : "cat", confidence: 99, ...(finds && { moderation: true as const }) },
      ];
    },
  };
  let outputs = 0;
  const engine = createFakeEngine();
  const counting = {
    ...engine,
    render: (...request: Parameters<typeof engine.render>) => {
      outputs += request[1].outputs.length;
      return engine.render(...request);
    },
  };
  const config = { tagging: { provider: "mute", moderation } };
  const records = decorate(ports.records, {
    commit: async (...request) => {
      if (answers.dies) throw new SafelightError("unavailable", "the handler died");
      await ports.records.commit(...request);
    },
  });
  const pipeline = definePipeline({ ...ports, records, clock, tagger, engine: counting, config });
  const listEvents = () => ports.events.published.map(({ type }) => type);
  return { pipeline, ports, pass, answers, listEvents, countOutputs: () => outputs };
}

describe("an image that nobody could judge", () => {
  it.each([
    [false, "ready"],
    [true, "rejected"],
  ])("is judged a minute later, without being rendered anew (a weapon in it: %s)", async (finds, status) => {
    const { pipeline, ports, pass, answers, listEvents, countOutputs } = createMute({ finds });
    answers.left = 1;
    await ports.originals.put(KEY, IMAGE, { contentType: "image/png" });
    await pipeline.drainQueue();
    const before = await pipeline.get(ID);
    expect(before).toMatchObject({ status: "ready", tags: [] });
    await pass(60);
    expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
    expect(await pipeline.get(ID)).toMatchObject({ status, tags: finds ? [] : ["cat"] });
    expect(listEvents()).toEqual(["ImageReady", finds ? "ImageRejected" : "ImageReady"]);
    expect(countOutputs()).toBe(2);
    expect(answers.asked).toBe(2);
    expect((await ports.renditions.list("")).items).toHaveLength(finds ? 0 : 2);
    if (!finds) expect((await pipeline.get(ID))?.renditions).toEqual(before?.renditions);
  });

  it("is tried every minute for as long as that takes, and tells its subscribers only what is new", async () => {
    const { pipeline, ports, pass, answers, listEvents } = createMute({});
    answers.left = 50;
    await ports.originals.put(KEY, IMAGE, { contentType: "image/png" });
    for (let minute = 0; minute < 50; minute += 1) {
      expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
      await pass(60);
    }
    expect(listEvents()).toEqual(["ImageReady"]);
    await pipeline.edit(ID, { alt: "a cat" });
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready", tags: ["cat"], alt: "a cat" });
    await pass(1_000);
    expect(await pipeline.drainQueue()).toEqual({ settled: 0, failed: 0 });
    expect(listEvents()).toEqual(["ImageReady", "ImageEdited", "ImageReady"]);
  });

  it("is not shown until then where moderation is required, and is no failed change", async () => {
    const { pipeline, ports, pass, answers, listEvents } = createMute({ moderation: "required" });
    answers.left = 20;
    await ports.originals.put(KEY, IMAGE, { contentType: "image/png" });
    for (let minute = 0; minute < 20; minute += 1) {
      expect(await pipeline.drainQueue()).toEqual({ settled: 1, failed: 0 });
      expect(await pipeline.get(ID)).toBeUndefined();
      await pass(60);
    }
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "ready", tags: ["cat"] });
    expect(listEvents()).toEqual(["ImageReady"]);
  });

  it("is judged although its handler died between the request and the commit", async () => {
    const { pipeline, ports, pass, answers } = createMute({ finds: true });
    answers.left = 1;
    answers.dies = true;
    await ports.originals.put(KEY, IMAGE, { contentType: "image/png" });
    expect(await pipeline.drainQueue()).toEqual({ settled: 0, failed: 1 });
    answers.dies = false;
    await pass(60);
    await pipeline.drainQueue();
    expect(await pipeline.get(ID)).toMatchObject({ status: "rejected" });
    expect((await ports.renditions.list("")).items).toEqual([]);
  });

  it("that is processed by hand tells its caller that it is judged later", async () => {
    const { pipeline, answers } = createMute({ moderation: "required" });
    answers.left = 2;
    await expect(pipeline.process({ key: KEY, bytes: IMAGE })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("judged later"),
    });
  });
});
