import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseCsvLine } from "../../../src/adapters/aws/csv-line.js";
import { readInventory } from "../../../src/adapters/aws/inventory.js";
import type { ListedBlob } from "../../../src/ports/blob-store.js";
import { ACCOUNT, createClientOptions, REGION } from "../../support/cloud/clients.js";
import {
  createInventory,
  formatField,
  type InventoryFaults,
  type InventoryRow,
  openCreated,
} from "../../support/cloud/inventory.js";
import { startS3 } from "../../support/cloud/s3/server.js";

const COLUMNS = [
  "Bucket",
  "Key",
  "VersionId",
  "IsLatest",
  "IsDeleteMarker",
  "Size",
  "LastModifiedDate",
  "ETag",
];

const KEY = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });

/** S3's own encoding, with either way to write a space. */
const encode = (key: string, plus: boolean) => {
  const encoded = encodeURIComponent(key);
  return plus ? encoded.replaceAll("%20", "+") : encoded;
};

async function collect(...args: Parameters<typeof readInventory>): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of readInventory(...args)) keys.push(key);
  return keys;
}

const read = (rows: readonly InventoryRow[], columns = COLUMNS, faults?: InventoryFaults) =>
  collect("manifest.json", "originals", openCreated(createInventory([rows], columns, faults)));

it("a line of CSV is split into the fields that it was made of", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: "grapheme" }), quoted: fc.boolean() }), { minLength: 1 }),
      (fields) => {
        const isPlain = (text: string) => !/[",]/.test(text);
        const line = fields
          .map(({ text, quoted }) => (quoted || !isPlain(text) ? formatField(text) : text))
          .join(",");
        expect(parseCsvLine(line)).toEqual(fields.map(({ text }) => text));
      },
    ),
  );
  for (const line of ['"open', '"a"b,c', 'a"b']) expect(parseCsvLine(line)).toBeUndefined();
});

it("of an inventory of versions the latest are read, but for delete markers, whatever their keys and in how many files", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(fc.record({ key: KEY, plus: fc.boolean(), latest: fc.boolean(), marker: fc.boolean() }), {
          maxLength: 8,
        }),
        { maxLength: 4 },
      ),
      async (files) => {
        const inventory = createInventory(
          files.map((rows) =>
            rows.map(({ key, plus, latest, marker }) => ({
              Bucket: "originals",
              Key: encode(key, plus),
              IsLatest: String(latest),
              IsDeleteMarker: String(marker),
              Size: "3",
            })),
          ),
          COLUMNS,
        );
        const wanted = files.flat().filter(({ latest, marker }) => latest && !marker);
        expect(await collect("manifest.json", "originals", openCreated(inventory))).toEqual(
          wanted.map(({ key }) => key),
        );
      },
    ),
    { numRuns: 40 },
  );
});

it("times and etags are those of the columns that there are, and nothing is younger than the list", async () => {
  const rows: InventoryRow[] = [
    { Key: "a.jpg", Size: "12", LastModifiedDate: "2025-05-05T05:05:05.000Z", ETag: "0a1b" },
    { Key: "b.jpg" },
  ];
  const inventory = openCreated(createInventory([rows], COLUMNS.slice(0, 2).concat(COLUMNS.slice(5))));
  const blobs: ListedBlob[] = [];
  for await (const blob of readInventory("manifest.json", "originals", inventory)) blobs.push(blob);
  expect(blobs).toMatchObject([
    { key: "a.jpg", size: 12, etag: "0a1b", storedAt: new Date("2025-05-05T05:05:05Z") },
    { key: "b.jpg", storedAt: new Date(1_767_225_600_000) },
  ]);
});

describe("an inventory is refused", () => {
  const rows = [{ Key: "a.jpg" }];

  it.each<[string, InventoryFaults, string]>([
    ["in Parquet", { manifest: { fileFormat: "Parquet" } }, "one in Parquet; choose CSV"],
    ["in ORC", { manifest: { fileFormat: "ORC" } }, "one in ORC; choose CSV"],
    ["of another bucket", { manifest: { sourceBucket: "theirs" } }, 'one of "theirs"'],
    ["without keys", { manifest: { fileSchema: "Bucket, Size" } }, "with the column Key"],
    ["without files", { manifest: { files: 1 } }, "the manifest.json of an S3 Inventory"],
    ["with a file of other columns", { manifest: { fileSchema: "Bucket, Key" } }, "one with the line"],
    ["with a file that was cut", { spoil: (bytes) => bytes.subarray(0, -9) }, "one that does not unpack"],
    [
      "with a file that has another checksum",
      { spoil: (bytes) => Buffer.concat([bytes, bytes]) },
      "with the MD5",
    ],
  ])("%s", async (_, faults, sentence) => {
    await expect(read(rows, COLUMNS, faults)).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining(sentence),
    });
  });

  it("with a key that is not encoded", async () => {
    await expect(read([{ Key: "100%" }])).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("an inventory is found", () => {
  const inventory = createInventory([[{ Key: "a.jpg" }], [{ Key: "b+c.jpg" }]], COLUMNS);
  let s3: Awaited<ReturnType<typeof startS3>>;
  const before = { ...process.env };

  beforeAll(async () => {
    s3 = await startS3({ accounts: [ACCOUNT] });
    s3.createBucket("inventories");
    const client = new S3Client({ ...createClientOptions(s3.endpoint), forcePathStyle: true });
    const objects = [
      ...inventory.files,
      ["lists/originals/all/today/manifest.json", inventory.manifest] as const,
    ];
    for (const [Key, Body] of objects)
      await client.send(new PutObjectCommand({ Bucket: "inventories", Key, Body }));
    client.destroy();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
    });
  });
  afterAll(async () => {
    process.env = before;
    await s3.close();
  });

  it("in its bucket", async () => {
    const manifest = "s3://inventories/lists/originals/all/today/manifest.json";
    expect(await collect(manifest, "originals")).toEqual(["a.jpg", "b c.jpg"]);
    await expect(collect(`${manifest}x`, "originals")).rejects.toMatchObject({
      code: "not-found",
      message: `expected a file that is there for --inventory but received "${manifest}x"`,
    });
  });

  it("in a copy of its folders, and in a folder with all of its files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "safelight-inventory-"));
    try {
      const write = (path: string, content: Buffer | string) => {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      };
      write("tree/today/manifest.json", inventory.manifest);
      write("flat/manifest.json", inventory.manifest);
      for (const [key, bytes] of inventory.files) {
        write(`tree/data/${basename(key)}`, bytes);
        write(`flat/${basename(key)}`, bytes);
      }
      for (const path of ["tree/today/manifest.json", "flat/manifest.json"])
        expect(await collect(join(folder, path), "originals")).toEqual(["a.jpg", "b c.jpg"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
