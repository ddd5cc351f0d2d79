import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MemoryMetadataRepository, memory } from "../../../src/adapters/memory/index.js";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId, type ImageId } from "../../../src/domain/model/image-id.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import {
  compose,
  configModule,
  decorate,
  familyModule,
  type Module,
  memoryModule,
  noEngineModule,
  override,
  type Ports,
  sharpModule,
  systemModule,
  token,
  tokens,
  wrapModule,
} from "../../../src/entrypoints/container/index.js";

const STORES = ["originals", "renditions", "records", "queue", "urls", "events", "tickets", "sleep"] as const;
const REQUIRED = [...STORES, "engine"] as const;

const family = memory();

/** Modules that bind one port each. */
const ONLY: Readonly<Record<(typeof REQUIRED)[number], Module>> = {
  originals: override(tokens.originals, () => family.originals),
  renditions: override(tokens.renditions, () => family.renditions),
  records: override(tokens.records, () => family.records),
  queue: override(tokens.queue, () => family.queue),
  urls: override(tokens.urls, () => family.urls),
  events: override(tokens.events, () => family.events),
  tickets: override(tokens.tickets, () => family.tickets),
  sleep: override(tokens.sleep, () => family.sleep),
  engine: override(tokens.engine, () => sharpEngine()),
};

async function refusal(composing: Promise<unknown>): Promise<SafelightError> {
  const error = await composing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SafelightError) return error;
  throw new Error(`expected a SafelightError but received ${String(error)}`);
}

function listNames(message: string): readonly string[] {
  return [...message.matchAll(/none for (\w+) \((\w+)/g)].map(([, name]) => String(name));
}

describe("compose", () => {
  it("builds a pipeline from the memory adapters and the engine", async () => {
    const { pipeline, ports, close } = await compose(memoryModule(), sharpModule());
    expect(await pipeline.list()).toEqual({ items: [] });
    expect(ports.engine.version).toContain("sharp");
    expect(ports.config).toBeUndefined();
    await close();
  });

  it("names every missing binding at once, and a module that provides it", async () => {
    const error = await refusal(compose());
    expect(error.code).toBe("invalid-input");
    expect(listNames(error.message)).toEqual(expect.arrayContaining([...REQUIRED]));
    expect(error.message).toContain("engine (sharpModule() provides it)");
    expect(error.message).toMatch(/records \(memoryModule\(\)/);
  });

  it("names exactly the bindings that are missing, whichever they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...REQUIRED], { maxLength: REQUIRED.length - 1 }), async (bound) => {
        const error = await refusal(compose(...bound.map((name) => ONLY[name])));
        const missing = REQUIRED.filter((name) => !bound.includes(name));
        expect([...listNames(error.message)].sort()).toEqual([...missing].sort());
      }),
      { numRuns: 40 },
    );
  });

  it("names a missing dependency of a binding together with a missing port", async () => {
    const address = token<string>("the address of my store");
    const mine = override(tokens.originals, (_address) => family.originals, [address]);
    const error = await refusal(compose(memoryModule(), mine));
    expect(error.message).toContain("the address of my store");
    expect(error.message).toContain("none for engine");
    expect(error.message).not.toContain("\n");
  });

  it("refuses two modules for the same ports and names the ports", async () => {
    const error = await refusal(compose(memoryModule(), memoryModule(), sharpModule()));
    expect(error.code).toBe("invalid-input");
    for (const name of STORES) expect(error.message).toContain(`for ${name}: Ambiguous`);
  });

  it("refuses a binding that needs itself", async () => {
    const circle = override(tokens.originals, (store) => store, [tokens.originals]);
    expect((await refusal(compose(memoryModule(), sharpModule(), circle))).message).toContain("Circular");
  });

  it("replaces one port and keeps the others", async () => {
    const swapped = memory().tickets;
    const { ports } = await compose(
      memoryModule(),
      sharpModule(),
      override(tokens.tickets, () => swapped),
    );
    expect(ports.tickets).toBe(swapped);
    const { key } = await fillPorts(ports);
    expect((await ports.originals.get(key)).key).toBe(key);
    expect(await ports.queue.receive({ limit: 1 })).toMatchObject([{ change: { key } }]);
  });

  it("wraps a port, whoever provides it, and what was wrapped before, until an override replaces it", async () => {
    const said: string[] = [];
    const watch = (name: string) =>
      wrapModule(tokens.urls, (urls) => {
        said.push(name);
        return decorate(urls, { getUrl: async (key) => `${name}(${await urls.getUrl(key)})` });
      });
    const urls = decorate(memory().urls, { getUrl: async () => "url" });
    const { ports, close } = await compose(
      memoryModule(),
      noEngineModule(),
      watch("replaced"),
      override(tokens.urls, () => urls),
      watch("inner"),
      watch("outer"),
    );
    expect(await ports.urls.getUrl("a" as RenditionKey)).toBe("outer(inner(url))");
    expect(said).toEqual(["inner", "outer"]);
    await close();
  });

  it("lets the pipeline use the replaced port", async () => {
    const looked: string[] = [];
    class Watched extends MemoryMetadataRepository {
      override async get(imageId: ImageId) {
        looked.push(imageId);
        return super.get(imageId);
      }
    }
    const watched = override(tokens.records, () => new Watched());
    const { pipeline } = await compose(memoryModule(), sharpModule(), watched);
    const imageId = deriveImageId("a.jpg");
    expect(await pipeline.get(imageId)).toBeUndefined();
    expect(looked).toEqual([imageId]);
  });

  it("makes a port once, however many depend on it", async () => {
    let made = 0;
    const shared = token<object>("shared");
    const counted = override(shared, () => ({ made: ++made }));
    const originals = override(tokens.originals, (_shared) => memory().originals, [shared]);
    const renditions = override(tokens.renditions, (_shared) => memory().renditions, [shared]);
    await compose(memoryModule(), sharpModule(), counted, originals, renditions);
    expect(made).toBe(1);
  });

  it("accepts a third party's family as one module, which uses what the others provide, and closes it", async () => {
    const mine = token<Family>("my family");
    type Family = ReturnType<typeof memory> & { readonly log: readonly string[] };
    const said: string[] = [];
    const module = familyModule(
      mine,
      (ids): Family => ({ ...memory({ ids }), log: said }),
      [tokens.ids],
      ({ log }) => {
        said.push(`closed after ${log.length}`);
      },
    );
    const { ports, get, close } = await compose(module, noEngineModule(), systemModule());
    const family = get(mine);
    for (const name of STORES) expect(ports[name]).toBe(family[name]);
    await close();
    await close();
    expect(said).toEqual(["closed after 0"]);
  });

  it("closes the values of overrides", async () => {
    const closed: object[] = [];
    const urls = memory().urls;
    const mine = override(
      tokens.urls,
      () => urls,
      [],
      (value) => {
        closed.push(value);
      },
    );
    const { close } = await compose(memoryModule(), noEngineModule(), mine);
    await close();
    expect(closed).toEqual([urls]);
  });

  it("composes without an engine, and refuses calls that would decode", async () => {
    const { pipeline } = await compose(memoryModule(), noEngineModule());
    await expect(pipeline.plan(Uint8Array.of(1))).rejects.toMatchObject({ code: "internal" });
    expect(await pipeline.list()).toEqual({ items: [] });
  });

  it("uses the configuration, the clock, the ids and the log from their modules", async () => {
    const lines: string[] = [];
    const config = { ...DEFAULT_CONFIG, metadata: "keep-all" } as const;
    const now = new Date("2026-02-03T04:05:06Z");
    const { ports } = await compose(
      memoryModule(),
      sharpModule(),
      systemModule({ stream: { write: (line) => lines.push(line) } }),
      configModule(config),
      override(tokens.clock, () => () => now),
    );
    expect(ports.config).toEqual(config);
    expect(ports.ids?.()).not.toBe(ports.ids?.());
    await fillPorts(ports);
    expect((await ports.originals.head("a.jpg")).storedAt).toEqual(now);
    ports.log?.("info", "hello");
    expect(lines).toEqual([`{"time":"2026-02-03T04:05:06.000Z","level":"info","message":"hello"}\n`]);
  });

  it("passes on the SafelightError of a factory, and names the token for any other error", async () => {
    const refused = new SafelightError("unavailable", "expected a table");
    const refusing = override(tokens.records, () => {
      throw refused;
    });
    expect(await refusal(compose(memoryModule(), sharpModule(), refusing))).toBe(refused);
    expect(listNames((await refusal(compose(memoryModule(), refusing))).message)).toEqual(["engine"]);
    const broken = new TypeError("not a function");
    const breaking = override(tokens.records, () => {
      throw broken;
    });
    const error = await refusal(compose(memoryModule(), sharpModule(), breaking));
    expect(error).toMatchObject({ code: "internal", cause: broken });
    expect(error.message).toContain("records");
  });
});

async function fillPorts(ports: Ports): Promise<{ key: string }> {
  const key = "a.jpg";
  await ports.originals.put(key, Uint8Array.of(1), { contentType: "image/jpeg" });
  return { key };
}
