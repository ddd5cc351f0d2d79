import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import {
  compose,
  localModule,
  override,
  type Ports,
  sharpModule,
  tokens,
} from "../../../src/entrypoints/container/index.js";

let parent: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "safelight-container-"));
});

afterAll(() => rm(parent, { recursive: true, force: true }));

it("keeps stored data from one composition to the next", async () => {
  const dir = join(parent, "data");
  const first = await compose(localModule({ dir }), sharpModule());
  await first.ports.originals.put("a.jpg", Uint8Array.of(1), { contentType: "image/jpeg" });
  await first.close();
  await first.close();
  const second = await compose(localModule({ dir }), sharpModule());
  expect((await second.ports.originals.get("a.jpg")).bytes).toEqual(Uint8Array.of(1));
  await second.close();
});

it("releases the directory when the composition is closed", async () => {
  const { ports, close } = await compose(localModule({ dir: join(parent, "closed") }), sharpModule());
  expect(await ports.queue.receive({ limit: 1 })).toEqual([]);
  await close();
  await expect(ports.queue.receive({ limit: 1 })).rejects.toThrow();
});

it("releases the directory when the composition fails after opening it", async () => {
  const seen: Ports["queue"][] = [];
  const spying = override(
    tokens.tickets,
    (queue) => {
      seen.push(queue);
      return memory().tickets;
    },
    [tokens.queue],
  );
  await expect(compose(localModule({ dir: join(parent, "failed") }), spying)).rejects.toThrow(
    "none for engine",
  );
  expect(seen).toHaveLength(1);
  await expect(seen[0]?.receive({ limit: 1 })).rejects.toThrow();
});
