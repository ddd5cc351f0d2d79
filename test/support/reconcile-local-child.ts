import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AttributeTable, identifyFile } from "../../src/adapters/local/blob-attributes.js";
import { Database } from "../../src/adapters/local/database.js";
import { local } from "../../src/adapters/local/index.js";
import { LocalMetadataRepository } from "../../src/adapters/local/metadata-repository.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { summarizeDifferences } from "../../src/domain/model/difference.js";
import { etag } from "../../src/domain/model/etag.js";
import { deriveImageId } from "../../src/domain/model/image-id.js";
import type { ReadyRecord } from "../../src/domain/model/image-record.js";
import { renditionKey } from "../../src/domain/model/storage-layout.js";
import { createFakeEngine, createFakeImage } from "../../src/testing/fake-engine.js";
import { replaceMethods } from "./liars/liar.js";

/*
 * Compares as many images as the first argument says, in a data directory on SQLite, in a process of its own. Of a
 * thousand one differs, by turns in one of three ways. The files are empty, since nothing reads them. Prints one line of JSON:
 * the differences, the calls, the seconds of a processor core, and in bytes the resident memory when a tenth was listed and the highest after that.
 */

const count = Number(process.argv[2]);
const config = { thumbnails: { thumb: { width: 8, format: "jpeg" as const } } };
const engine = createFakeEngine();
const dir = mkdtempSync(join(tmpdir(), "safelight-scale-"));
const STORED = {
  etag: etag("e"),
  storedAt: new Date("2026-01-01T00:00:00.000Z"),
  options: { contentType: "image/png" },
};

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The resident memory in bytes, without what V8 has not collected yet: that depends on its mood. */
function measureMemory(): number {
  collectGarbage();
  return process.memoryUsage.rss();
}

async function fill(): Promise<void> {
  const adapters = local({ dir });
  const pipeline = definePipeline({ ...adapters, engine, config });
  await pipeline.process({ key: "model", bytes: createFakeImage({ format: "png", width: 40, height: 30 }) });
  const model = (await adapters.records.get(deriveImageId("model"))) as ReadyRecord;
  await pipeline.remove(model.imageId);
  adapters.close();
  const database = new Database(join(dir, "safelight.db"));
  const records = new LocalMetadataRepository(database);
  const tables = {
    originals: new AttributeTable(database, "originals"),
    renditions: new AttributeTable(database, "renditions"),
  };
  const put = (store: "originals" | "renditions", path: string) => {
    const file = join(dir, store, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    tables[store].save(path, identifyFile(statSync(file, { bigint: true })), STORED);
  };
  // Whatever is written is made again by the next run of the test. Asked for as rows are: what is run has a transaction.
  database.selectAll("PRAGMA synchronous = OFF");
  for (let index = 0; index < count; index += 1) {
    const differs = index % 1_000 === 0 ? (index / 1_000) % 3 : undefined;
    const key = `photos/${Math.floor(index / 1_000)}/${index}.jpg` as ReadyRecord["key"];
    const imageId = deriveImageId(key);
    const rendition = renditionKey(imageId, model.version, "f", "thumb", "jpg");
    if (differs !== 1) put("originals", key);
    if (differs === 0) continue;
    put("renditions", rendition);
    const time = STORED.storedAt.toISOString();
    const record: ReadyRecord = {
      ...model,
      imageId,
      key,
      etag: STORED.etag,
      createdAt: time,
      processedAt: time,
      ...(differs === 2 && { configuration: "another.engine" as ReadyRecord["configuration"] }),
      renditions: model.renditions.map((one) => ({ ...one, key: rendition })),
    };
    await records.commit(record, { replacing: "nothing" });
  }
  database.close();
}

const calls: Record<string, number> = {};

function countCalls<Port extends object>(
  name: string,
  port: Port,
  methods: readonly (keyof Port & string)[],
): Port {
  const counted = methods.map((method) => {
    const call = (...request: unknown[]) => {
      calls[`${name}.${method}`] = (calls[`${name}.${method}`] ?? 0) + 1;
      return Reflect.apply(port[method] as () => unknown, port, request);
    };
    return [method, call];
  });
  return replaceMethods(port, Object.fromEntries(counted) as Partial<Port>);
}

try {
  await fill();
  const adapters = local({ dir });
  const ports = {
    ...adapters,
    originals: countCalls("originals", adapters.originals, ["list", "head", "get"]),
    renditions: countCalls("renditions", adapters.renditions, ["list", "head", "get"]),
    records: countCalls("records", adapters.records, ["get", "getMany", "scan"]),
    engine,
    config,
  };
  const measured: number[] = [];
  const lookAtMemory = ({ listed }: { readonly listed: number }) => {
    // An original, its record and a rendition: each tenth.
    if (listed >= 0.3 * count * (measured.length + 1)) measured.push(measureMemory());
  };
  const began = process.cpuUsage();
  const { findings } = await summarizeDifferences(
    definePipeline(ports).reconcile({ onProgress: lookAtMemory }),
  );
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  const [atTenth, ...later] = measured;
  adapters.close();
  console.log(
    JSON.stringify({ findings, calls, seconds, atTenth, highest: Math.max(...later, measureMemory()) }),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
