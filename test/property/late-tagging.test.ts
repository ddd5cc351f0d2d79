import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MemoryChangeQueue, memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { type Delivery, MAX_ATTEMPTS } from "../../src/domain/model/change.js";
import { SafelightError } from "../../src/domain/model/errors.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import type { Moderation } from "../../src/domain/model/tagging-policy.js";
import type { ChangeQueue } from "../../src/ports/change-queue.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { createStoppedClock } from "../support/memory-harness.js";
import { chooseCount, SEED } from "../support/sample.js";

/** Even ones are harmless; in odd ones moderation finds something. Told apart by their shape, which a tagger sees. */
const createPicture = (index: number) =>
  createFakeImage({ format: "png", width: index % 2 === 0 ? 900 : 400, height: 600 + index });

/** A deployment: a queue for changes, one for what is tagged later, and a tagger that `accepts` a picture or refuses it. */
function deploy({ moderation, accepts }: { moderation: Moderation; accepts: () => boolean }) {
  const { clock, pass } = createStoppedClock();
  const ports = memory({ clock });
  const later = new MemoryChangeQueue({ clock });
  const queue: ChangeQueue = {
    send: (request) => ports.queue.send(request),
    postpone: (request, options) => later.postpone(request, options),
    receive: async () => [],
    acknowledge: async () => {},
    release: async () => {},
  };
  const calls = { taken: 0, refused: 0 };
  const tagger = {
    provider: "busy",
    tag: async ({ facts }: { readonly facts: { readonly width: number } }) => {
      if (!accepts()) {
        calls.refused += 1;
        throw new SafelightError("unavailable", "ThrottlingException");
      }
      calls.taken += 1;
      return [{ name: "thing", confidence: 99, ...(facts.width === 400 && { moderation: true as const }) }];
    },
  };
  const config = { tagging: { provider: "busy", moderation } };
  const engine = createFakeEngine();
  const pipeline = definePipeline({ ...ports, queue, clock, tagger, engine, config });
  const dead: Delivery[] = [];
  /** Settles up to `limit` messages of one queue, side by side. */
  const settle = async (from: MemoryChangeQueue, limit: number): Promise<number> => {
    const deliveries = await from.receive({ limit });
    await Promise.all(
      deliveries.map(async (delivery) => {
        try {
          await pipeline.settle(delivery);
          await from.acknowledge(delivery.id);
        } catch {
          if (delivery.attempt < MAX_ATTEMPTS) return from.release(delivery.id);
          dead.push(delivery);
          await from.acknowledge(delivery.id);
        }
      }),
    );
    return deliveries.length;
  };
  return { ports, pipeline, later, pass, calls, dead, settle };
}

describe("a tagger that takes 20 pictures a second", () => {
  const count = chooseCount({ fast: 100, ordinary: 200, long: 2_000 }, "SAFELIGHT_BURST");

  it.each<Moderation>([true, "required"])(
    "lets a burst go through 50 functions: nothing is dead-lettered, nothing stays unjudged (moderation: %s)",
    async (moderation) => {
      let left = 20;
      const accepts = () => {
        left -= 1;
        return left >= 0;
      };
      const { ports, later, pass, calls, dead, settle } = deploy({ moderation, accepts });
      for (let index = 0; index < count; index += 1)
        await ports.originals.put(`${index}.png`, createPicture(index % 2), { contentType: "image/png" });
      for (let idle = 0; idle < 62; ) {
        left = 20;
        // 50 functions that take a third of a second, and two for what is tagged later, that take half a second.
        const settled = (await settle(ports.queue, 150)) + (await settle(later, 4));
        idle = settled === 0 ? idle + 1 : 0;
        await pass(1);
      }
      expect(dead).toEqual([]);
      const { items } = await ports.records.list({ limit: 1_000 });
      expect(items.filter(({ status, tagging }) => status === "ready" && tagging === undefined)).toEqual([]);
      for (let index = 0; index < count; index += 1) {
        const record = await ports.records.get(deriveImageId(`${index}.png`));
        expect(record?.status).toBe(index % 2 === 0 ? "ready" : "rejected");
        if (record?.status === "ready") expect(record.tags).toEqual(["thing"]);
      }
      expect(calls.taken).toBe(count);
      // Nobody stands at the door: each picture is refused once, as long as the burst lasts, and then is in line.
      expect(calls.refused).toBeLessThan(2 * count);
    },
  );
});

describe("tagging that is caught up on", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("put"), key: fc.nat(1), picture: fc.nat(3) }),
    fc.record({ do: fc.constant("edit"), key: fc.nat(1), picture: fc.nat(3) }),
    fc.record({ do: fc.constant("delete"), key: fc.nat(1), picture: fc.constant(0) }),
    fc.record({ do: fc.constant("request"), key: fc.nat(1), picture: fc.nat(3) }),
    fc.record({ do: fc.constant("settle"), key: fc.nat(1), picture: fc.nat(3) }),
    fc.record({ do: fc.constant("pass"), key: fc.constant(0), picture: fc.constant(0) }),
    fc.record({ do: fc.constant("break"), key: fc.nat(1), picture: fc.constant(0) }),
  );

  it.each<Moderation>([false, true, "required"])(
    "ends with every image judged, its edits kept and its last event true, whatever happens (moderation: %s)",
    async (moderation) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
          let isBroken = true;
          const { ports, pipeline, later, pass, dead, settle } = deploy({
            moderation,
            accepts: () => !isBroken,
          });
          const keys = ["a.png", "b.png"];
          /** Whose edits may be lost with a removal that is settled later. */
          const deleted = new Set<string>();
          const alts = new Map<string, string>();
          const lying = new Map<string, number>();
          const run: Record<string, (key: string, picture: number) => Promise<unknown>> = {
            put: async (key, picture) => {
              await ports.originals.put(key, createPicture(picture), { contentType: "image/png" });
              lying.set(key, picture);
            },
            delete: async (key) => {
              await ports.originals.delete(key);
              lying.delete(key);
              deleted.add(key);
            },
            edit: async (key, picture) => {
              const edited = await pipeline.edit(deriveImageId(key), { alt: `${picture}` });
              if (edited) alts.set(key, `${picture}`);
            },
            request: async (key, picture) => {
              const how = picture === 3 ? { force: true } : {};
              await pipeline.requestProcessing(key, how).catch(() => {});
            },
            settle: async (_key, picture) => {
              await Promise.all([settle(ports.queue, 1 + picture), settle(later, 2)]);
            },
            pass: () => pass(60),
            break: async (key) => {
              isBroken = key === "a.png";
            },
          };
          for (const { do: deed, key, picture } of steps) await run[deed]?.(keys[key] ?? "", picture);
          isBroken = false;
          for (let idle = 0; idle < 2; idle += 1) {
            while ((await settle(ports.queue, 9)) + (await settle(later, 9)) > 0) idle = 0;
            await pass(60);
          }
          expect(dead).toEqual([]);
          for (const key of keys) {
            const record = await ports.records.get(deriveImageId(key));
            const picture = lying.get(key);
            if (picture === undefined) {
              expect(record?.status ?? "removed").toBe("removed");
              continue;
            }
            const held = moderation !== false && picture % 2 === 1;
            expect(record?.status).toBe(held ? "rejected" : "ready");
            if (!held) expect(record?.tags).toEqual(["thing"]);
            if (record?.outbox) throw new Error("an outbox is left");
            if (alts.has(key) && !deleted.has(key)) expect(record?.alt).toBe(alts.get(key));
            const told = ports.events.published.filter((event) => event.imageId === record?.imageId);
            const settled = told.filter(({ type }) => type !== "ImageEdited").at(-1);
            expect(settled?.type).toBe(held ? "ImageRejected" : "ImageReady");
          }
        }),
        { numRuns: chooseCount({ fast: 30, ordinary: 50, long: 250 }), seed: SEED },
      );
    },
  );
});
