import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { memory } from "../../../src/adapters/memory/index.js";
import { definePipeline } from "../../../src/domain/define-pipeline.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { escapeInvisible } from "../../../src/domain/model/invisible-characters.js";
import type { Pipeline } from "../../../src/domain/pipeline.js";
import { findImage } from "../../../src/entrypoints/cli/find-image.js";
import { formatImage } from "../../../src/entrypoints/cli/image-commands.js";
import { catchInterruption } from "../../../src/entrypoints/cli/interruption.js";
import { formatSize, toJsonLine } from "../../../src/entrypoints/cli/output.js";
import { type Outcome, processFiles } from "../../../src/entrypoints/cli/process-files.js";
import { escapeLeadingDashIds } from "../../../src/entrypoints/cli/program.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";

const picture = createFakeImage({ format: "jpeg", width: 400, height: 300 });
const createPipeline = () => definePipeline({ ...memory(), engine: createFakeEngine() });

describe("processFiles", () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "safelight-cli-"));
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  /** Processes `count` files with a pipeline of which `process` goes wrong as told. */
  async function listOutcomes(
    count: number,
    process: (
      pipeline: Pipeline,
      ...given: Parameters<Pipeline["process"]>
    ) => ReturnType<Pipeline["process"]>,
    options: {
      concurrency?: number;
      smallInPlace?: number;
      sizes?: readonly number[];
      signal?: AbortSignal;
    } = {},
  ): Promise<Outcome[]> {
    const real = createPipeline();
    const pipeline = {
      ...real,
      process: (...given: Parameters<Pipeline["process"]>) => process(real, ...given),
    };
    const files = Array.from({ length: count }, (_, index) => {
      const path = join(dir, `${index}.jpg`);
      writeFileSync(path, picture);
      return { key: `${index}.jpg`, path, size: options.sizes?.[index] };
    });
    const found: Outcome[] = [];
    await processFiles({
      pipeline,
      files,
      concurrency: options.concurrency ?? 1,
      smallInPlace: options.smallInPlace,
      input: {},
      how: {},
      maxBytes: 1000,
      signal: options.signal ?? new AbortController().signal,
      onOutcome: (outcome) => found.push(outcome),
      retryDelays: [0, 0, 0],
    });
    return found;
  }

  it.each([
    [0, "ready"],
    [3, "ready"],
    [4, "unfinished"],
  ])("after %d transient errors, a file is %s", async (failures, type) => {
    let calls = 0;
    const [outcome] = await listOutcomes(1, (pipeline, ...given) => {
      calls += 1;
      if (calls <= failures) throw new SafelightError("unavailable", "not now");
      return pipeline.process(...given);
    });
    expect(outcome).toMatchObject({ type });
    expect(calls).toBe(Math.min(failures, 3) + 1);
    if (outcome?.type === "unfinished") expect(outcome.reason).toBe("unavailable: not now");
  });

  it("does not repeat a permanent error, and continues with the next file", async () => {
    const calls: string[] = [];
    const found = await listOutcomes(2, (pipeline, input, options) => {
      calls.push(input.key);
      if (input.key === "0.jpg") throw new SafelightError("invalid-input", "never");
      return pipeline.process(input, options);
    });
    expect(found.map(({ type }) => type)).toEqual(["unfinished", "ready"]);
    expect(calls).toEqual(["0.jpg", "1.jpg"]);
  });

  it("processes at most the given number of files at a time, and every file once", async () => {
    let inHand = 0;
    let most = 0;
    let waiting: (() => void)[] = [];
    const found = await listOutcomes(
      21,
      async (pipeline, ...given) => {
        inHand += 1;
        most = Math.max(most, inHand);
        // Nobody goes on before three are here, and whoever is too much gets the time to show up.
        await new Promise<void>((done) => {
          waiting.push(done);
          if (waiting.length < 3) return;
          const together = waiting;
          waiting = [];
          setImmediate(() => {
            for (const one of together) one();
          });
        });
        const record = await pipeline.process(...given);
        inHand -= 1;
        return record;
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
    expect(new Set(found.map(({ file }) => file.key)).size).toBe(21);
    expect(found).toHaveLength(21);
  });

  it("has as many small files in hand as are told to take the place of a large one, and no large one beside them", async () => {
    const [SMALL, LARGE] = [256 * 1024, 256 * 1024 + 1];
    const sizes = [SMALL, SMALL, SMALL, LARGE, SMALL, SMALL, SMALL, LARGE, LARGE];
    const inHand = new Set<string>();
    const seen: string[] = [];
    await listOutcomes(
      sizes.length,
      async (pipeline, input, ...rest) => {
        inHand.add(input.key);
        // Whoever may come beside it does so now.
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        seen.push([...inHand].map((key) => (sizes[Number.parseInt(key, 10)] === SMALL ? "s" : "L")).join(""));
        const record = await pipeline.process(input, ...rest);
        inHand.delete(input.key);
        return record;
      },
      { concurrency: 1, smallInPlace: 3, sizes },
    );
    expect(seen).toContain("sss");
    for (const together of seen) expect(["s", "ss", "sss", "L"]).toContain(together);
  });

  it("starts no file after an interruption, and finishes the current one", async () => {
    const controller = new AbortController();
    const found = await listOutcomes(
      5,
      (pipeline, ...given) => {
        controller.abort();
        return pipeline.process(...given);
      },
      { signal: controller.signal },
    );
    expect(found).toEqual([expect.objectContaining({ type: "ready" })]);
  });
});

describe("findImage", () => {
  /** Two keys whose ids begin with the same four characters. */
  const twins = (() => {
    const seen = new Map<string, string>();
    for (let index = 0; ; index++) {
      const start = deriveImageId(`${index}.jpg`).slice(0, 4);
      const other = seen.get(start);
      if (other !== undefined && !start.startsWith("-")) return [other, `${index}.jpg`, start] as const;
      seen.set(start, `${index}.jpg`);
    }
  })();

  it("refuses a prefix of two ids, names both, and accepts a longer prefix", async () => {
    const pipeline = createPipeline();
    const [a, b, start] = twins;
    for (const key of [a, b]) await pipeline.process({ key, bytes: picture });
    await expect(findImage(pipeline, start)).rejects.toMatchObject({ code: "invalid-input" });
    await expect(findImage(pipeline, start)).rejects.toThrow(deriveImageId(a));
    await expect(findImage(pipeline, start)).rejects.toThrow(deriveImageId(b));
    expect(await findImage(pipeline, deriveImageId(a).slice(0, 12))).toMatchObject({ key: a });
  });

  it("finds an id by its prefix on a later page", async () => {
    const pipeline = createPipeline();
    for (const key of ["a.jpg", "b.jpg", "c.jpg"]) await pipeline.process({ key, bytes: picture });
    const paged: Pipeline = { ...pipeline, list: (query) => pipeline.list({ ...query, limit: 1 }) };
    const found = await findImage(paged, deriveImageId("a.jpg").slice(0, 6));
    expect(found.key).toBe("a.jpg");
  });

  it("looks at every image once for what there is not, and names the key that was meant", async () => {
    const pipeline = createPipeline();
    for (const key of ["lake.jpg", "lane.jpg", "mountain.jpg"])
      await pipeline.process({ key, bytes: picture });
    const cursors: unknown[] = [];
    const paged: Pipeline = {
      ...pipeline,
      list: (query) => {
        cursors.push(query?.cursor);
        return pipeline.list({ ...query, limit: 1 });
      },
    };
    await expect(findImage(paged, "lakke.jpg")).rejects.toThrow('did you mean "lake.jpg"?');
    expect(new Set(cursors).size).toBe(cursors.length);
  });

  it("prefers a key to an id with this prefix", async () => {
    const pipeline = createPipeline();
    const key = deriveImageId("a.jpg").slice(0, 6);
    await pipeline.process({ key: "a.jpg", bytes: picture });
    await pipeline.process({ key, bytes: picture });
    expect(await findImage(pipeline, key)).toMatchObject({ key });
  });
});

describe("expectInterruption", () => {
  it("takes signals in quick succession as one, and a later one as a request to end at once", () => {
    const exits: number[] = [];
    let now = 1000;
    const interruption = catchInterruption({ now: () => now, exit: (code) => void exits.push(code) });
    try {
      expect(interruption.signal.aborted).toBe(false);
      process.emit("SIGINT");
      expect(interruption.signal.aborted).toBe(true);
      now += 499;
      process.emit("SIGINT");
      expect(exits).toEqual([]);
      now += 1;
      process.emit("SIGTERM");
      expect(exits).toEqual([130]);
    } finally {
      interruption.dispose();
    }
  });
});

describe("text for a terminal", () => {
  const anyText = fc.string({ unit: "binary" });
  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

  it("is one line without invisible characters, and plain text stays as it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeInvisible(text)).not.toMatch(INVISIBLE);
      }),
    );
    expect(escapeInvisible("a\u061cb\u{e0041}")).toBe(String.raw`a\u061cb\udb40\udc41`);
    expect(escapeInvisible("épreuve 🐱 (1).JPG")).toBe("épreuve 🐱 (1).JPG");
  });

  it("is, as JSON, still the same value", () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const line = toJsonLine(value);
        expect(line).not.toMatch(INVISIBLE);
        expect(Object.entries(JSON.parse(line) as object)).toEqual(Object.entries(value));
      }),
    );
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [99_499, "99.5 kB"],
    [999_600, "1.0 MB"],
    [26_214_400, "26.2 MB"],
    [3_000_000_000_000_000, "3000 TB"],
  ])("has %d bytes as %s", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it("shows the camera and when a picture was taken, where that is known", async () => {
    const record = await createPipeline().process({ key: "a.jpg", bytes: picture });
    const exif = { make: "Acme", model: "Obscura 1", takenAt: "2024-05-17T10:00:00" };
    if (record.status !== "ready") throw new Error(`expected a ready image but it is ${record.status}`);
    const lines = formatImage({ ...record, exif });
    expect(lines).toContainEqual(expect.stringMatching(/^camera +Acme Obscura 1$/));
    expect(lines).toContainEqual(expect.stringMatching(/^taken +2024-05-17T10:00:00$/));
    expect(lines.filter((line) => /undefined/.test(line))).toEqual([]);
  });
});

describe("idsAsOperands", () => {
  it.each([
    [
      ["show", "-abcd"],
      ["show", "--", "-abcd"],
    ],
    [
      ["show", "-abcd", "--json"],
      ["show", "--json", "--", "-abcd"],
    ],
    [
      ["remove", "--data", "-dir-", "a.jpg"],
      ["remove", "--data", "-dir-", "a.jpg"],
    ],
    [
      ["remove", "--2345678901234567890a"],
      ["remove", "--", "--2345678901234567890a"],
    ],
    [
      ["show", "--", "-abcd"],
      ["show", "--", "-abcd"],
    ],
    [
      ["process", "-abcd"],
      ["process", "-abcd"],
    ],
    [
      ["edit", "-abcd", "--alt", "-efgh", "--no-title"],
      ["edit", "--alt", "-efgh", "--no-title", "--", "-abcd"],
    ],
    [
      ["show", "--jsn", "a.jpg"],
      ["show", "--jsn", "a.jpg"],
    ],
    [[], []],
  ])("makes %j into %j", (words, expected) => {
    expect(escapeLeadingDashIds(words)).toEqual(expected);
  });
});
