import { describe, expect, it } from "@jest/globals";
import type { ImageRequest } from "../../../src/domain/model/change.js";
import { type Etag, etag } from "../../../src/domain/model/etag.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import { type OriginalKey, originalKey } from "../../../src/domain/model/original-key.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import { PENDING_VERSION, type Version } from "../../../src/domain/model/version.js";
import type { BlobStore } from "../../../src/ports/blob-store.js";
import type { CdnUrls } from "../../../src/ports/cdn-urls.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import {
  guardBlobStore,
  guardCdnUrls,
  guardChangeQueue,
  guardEventLog,
  guardMetadataRepository,
  guardPorts,
  guardStatusStore,
  guardUploadTickets,
} from "../../../src/ports/checked/index.js";
import { ILLEGAL_KEYS } from "../../../src/ports/contracts/index.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import type { EventLog } from "../../../src/ports/event-log.js";
import type { ListQuery, MetadataRepository, NameQuery } from "../../../src/ports/metadata-repository.js";
import type { StatusStore } from "../../../src/ports/status-store.js";
import type { TicketRequest, UploadTickets } from "../../../src/ports/upload-tickets.js";
import { createRecorder } from "../../support/recording.js";

/** The answer for a port without the method. */
const NONE = Promise.resolve("no such method");
const LIMITS = [0, -1, 1_001, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
const CONTENT_TYPES = [
  "",
  "nonsense",
  "/",
  "image/",
  "/jpeg",
  "image /jpeg",
  "image/jp eg",
  "image/jpeg\r\nX: y",
  "image/jp\u00e9g",
  "image/jpeg; charset",
  "image/jpeg, image/png",
  `image/${"x".repeat(250)}`,
];
const METADATA: readonly Readonly<Record<string, string>>[] = [
  { "": "x" },
  { Upper: "x" },
  { "a b": "x" },
  { _a: "x" },
  { "-a": "x" },
  { ["n".repeat(65)]: "x" },
  { a: "" },
  { a: " x" },
  { a: "x " },
  { a: "x\r\ny" },
  { a: "\u00e9" },
  { a: "\u007f" },
  { a: "x".repeat(1_024), b: "x".repeat(1_024) },
];
const VERSIONS = [
  { sequencer: "a b", revision: 0 },
  { sequencer: "1", revision: -1 },
  { sequencer: "1", revision: 0.5 },
  { epoch: -1, sequencer: "1", revision: 0 },
  { epoch: 0.5, sequencer: "1", revision: 0 },
].map((parts) => parts as Version);
const stopped = AbortSignal.abort(new Error("stopped"));

const page = { items: [] };
const store = () =>
  createRecorder<BlobStore>({ get: {}, put: {}, head: {}, delete: {}, deleteAll: undefined, list: page });
const createRecords = () =>
  createRecorder<MetadataRepository>({
    get: undefined,
    getMany: [],
    scan: page,
    commit: undefined,
    list: page,
    listByName: page,
    purge: undefined,
  });
const createQueue = () =>
  createRecorder<ChangeQueue>({
    send: undefined,
    receive: [],
    receiveByKey: [],
    acknowledge: undefined,
    release: undefined,
  });

const BYTES = new Uint8Array(1);
const PUT = { contentType: "text/plain" };
const RECORD = createRecord("k");
const TOMBSTONE = createRecord("k", { status: "removed" });
const replacing = RECORD;
const EDITIONS = [0, -1, 1.5, Number.NaN, 2 ** 53, "1", undefined] as unknown as readonly number[];

/** Each line calls one method with one argument that is wrong. */
const blobs: readonly Refused<BlobStore>[] = [
  ...ILLEGAL_KEYS.flatMap((key): Refused<BlobStore>[] => [
    ["get of an illegal key", (port) => port.get(key)],
    ["put under an illegal key", (port) => port.put(key, BYTES, PUT)],
    ["head of an illegal key", (port) => port.head(key)],
    ["delete of an illegal key", (port) => port.delete(key)],
    ["deleteAll with an illegal key among others", (port) => port.deleteAll(["a", key, "b"])],
    ...(key === "" ? [] : [["list of an illegal prefix", (port) => port.list(key)] as Refused<BlobStore>]),
  ]),
  ...["\n", "\u00e9"].map(
    (ifMatch): Refused<BlobStore> => [
      `get of ${JSON.stringify(ifMatch)}`,
      (port) => port.get("k", { ifMatch: ifMatch as Etag }),
    ],
  ),
  ...[-1, 1.5, Number.NaN].map(
    (maxBytes): Refused<BlobStore> => [`get of ${maxBytes} bytes`, (port) => port.get("k", { maxBytes })],
  ),
  ["put of text", (port) => port.put("k", "text" as unknown as Uint8Array, PUT)],
  ...CONTENT_TYPES.map(
    (contentType): Refused<BlobStore> => [
      `put of the type ${JSON.stringify(contentType).slice(0, 40)}`,
      (port) => port.put("k", BYTES, { contentType }),
    ],
  ),
  ...["", " x", "x\n", "\u00e9"].flatMap((text): Refused<BlobStore>[] => [
    [
      `put with cacheControl ${JSON.stringify(text)}`,
      (port) => port.put("k", BYTES, { ...PUT, cacheControl: text }),
    ],
    [
      `put with disposition ${JSON.stringify(text)}`,
      (port) => port.put("k", BYTES, { ...PUT, disposition: text }),
    ],
  ]),
  ...METADATA.map(
    (metadata): Refused<BlobStore> => [
      `put with metadata ${JSON.stringify(metadata).slice(0, 40)}`,
      (port) => port.put("k", BYTES, { ...PUT, metadata }),
    ],
  ),
  ...LIMITS.map((limit): Refused<BlobStore> => [`list of ${limit}`, (port) => port.list("", { limit })]),
];

const repository: readonly Refused<MetadataRepository>[] = [
  [
    "commit under the id of another key",
    (port) => port.commit({ ...RECORD, key: originalKey("other") }, { replacing }),
  ],
  ["commit of an illegal key", (port) => port.commit({ ...RECORD, key: "" as OriginalKey }, { replacing })],
  ...["", "today", "2026-01-01", "2026-01-01T00:00:00Z", "+012026-01-01T00:00:00.000Z"].flatMap(
    (time): Refused<MetadataRepository>[] => [
      [`commit created at ${time}`, (port) => port.commit({ ...RECORD, createdAt: time }, { replacing })],
      [`commit expiring at ${time}`, (port) => port.commit({ ...TOMBSTONE, expiresAt: time }, { replacing })],
    ],
  ),
  ...VERSIONS.flatMap((version): Refused<MetadataRepository>[] => {
    const { epoch, sequencer, revision } = version;
    return [
      [
        `commit of ${epoch}-${sequencer}-${revision}`,
        (port) => port.commit({ ...RECORD, version }, { replacing }),
      ],
      [
        `commit over ${epoch}-${sequencer}-${revision}`,
        (port) => port.commit(RECORD, { replacing: { version, edition: 1 } }),
      ],
      [
        `purge of ${epoch}-${sequencer}-${revision}`,
        (port) => port.purge(RECORD.imageId, { replacing: { version, edition: 1 } }),
      ],
    ];
  }),
  ...EDITIONS.flatMap((edition): Refused<MetadataRepository>[] => {
    const wrong = { version: RECORD.version, edition };
    return [
      [`commit of edition ${edition}`, (port) => port.commit({ ...RECORD, edition }, { replacing })],
      [`commit over edition ${edition}`, (port) => port.commit(RECORD, { replacing: wrong })],
      [`purge of edition ${edition}`, (port) => port.purge(RECORD.imageId, { replacing: wrong })],
    ];
  }),
  ["purge of what is no id", (port) => port.purge("x" as ImageId, { replacing })],
  ...LIMITS.flatMap((limit): Refused<MetadataRepository>[] => [
    [`list of ${limit}`, (port) => port.list({ limit })],
    [`listByName of ${limit}`, (port) => port.listByName?.({ limit, name: "a" }) ?? NONE],
    [`scan of ${limit}`, (port) => port.scan({ limit })],
  ]),
  [
    "list of a status that is never listed",
    (port) => port.list({ limit: 1, status: "removed" } as unknown as ListQuery),
  ],
  ...["", "n".repeat(256), "\u{1f4f7}".repeat(64), "\0", "\u200b\u202e"].map(
    (name): Refused<MetadataRepository> => [
      `listByName of ${JSON.stringify(name).slice(0, 20)}`,
      (port) => port.listByName?.({ limit: 1, name }) ?? NONE,
    ],
  ),
  [
    "listByName of a status that is never listed",
    (port) => port.listByName?.({ limit: 1, name: "a", status: "removed" } as unknown as NameQuery) ?? NONE,
  ],
  ["getMany of 101 images", (port) => port.getMany(Array.from({ length: 101 }, () => RECORD.imageId))],
];

const ASK = { type: "process", key: "k", version: PENDING_VERSION } as const;
const changes: readonly Refused<ChangeQueue>[] = [
  ["send of a store's change", (port) => port.send({ ...ASK, type: "created" } as unknown as typeof ASK)],
  ...["force", "invalidate"].flatMap((name): Refused<ChangeQueue>[] => [
    ...[false, "true", 1, null].map(
      (said): Refused<ChangeQueue> => [
        `send of ${name} that is ${JSON.stringify(said)}`,
        (port) => port.send({ ...ASK, [name]: said }),
      ],
    ),
    [
      `send of a removal with ${name}`,
      (port) => port.send({ ...ASK, type: "remove", [name]: true } as ImageRequest),
    ],
  ]),
  ...VERSIONS.map(
    (version): Refused<ChangeQueue> => [
      `send of ${version.epoch}-${version.sequencer}-${version.revision}`,
      (port) => port.send({ ...ASK, version }),
    ],
  ),
  ...ILLEGAL_KEYS.flatMap((key): Refused<ChangeQueue>[] => [
    ["send of an illegal key", (port) => port.send({ ...ASK, key })],
    ["receiveByKey an illegal key", async (port) => port.receiveByKey?.(key, { limit: 1 })],
  ]),
  ...LIMITS.flatMap((limit): Refused<ChangeQueue>[] => [
    [`receive of ${limit}`, (port) => port.receive({ limit })],
    [`receiveByKey ${limit}`, async (port) => port.receiveByKey?.("k", { limit })],
  ]),
  ["acknowledge of no id", (port) => port.acknowledge("")],
  ["release of no id", (port) => port.release("")],
];

const urls: readonly Refused<CdnUrls>[] = [...ILLEGAL_KEYS, ".", "..", "a/../b", "./a", "a/."].flatMap(
  (key): Refused<CdnUrls>[] => [
    [`getUrl ${JSON.stringify(key).slice(0, 20)}`, (port) => port.getUrl(key as RenditionKey)],
    [
      `invalidate ${JSON.stringify(key).slice(0, 20)}`,
      (port) => port.invalidate(["a", key].map((one) => one as RenditionKey)),
    ],
  ],
);

const REQUEST: TicketRequest = { key: "k", contentType: "image/jpeg", maxBytes: 10, expiresIn: 60 };
const tickets: readonly Refused<UploadTickets>[] = [
  ...ILLEGAL_KEYS.map((key) => ({ key })),
  ...CONTENT_TYPES.map((contentType) => ({ contentType })),
  ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53].map((maxBytes) => ({ maxBytes })),
  ...[0, -1, 1.5, Number.NaN, 3_601].map((expiresIn) => ({ expiresIn })),
  ...METADATA.map((metadata) => ({ metadata })),
].map((part) => [
  `issue for ${JSON.stringify(part).slice(0, 50)}`,
  (port) => port.issue({ ...REQUEST, ...part }),
]);

type Refused<Port> = readonly [name: string, call: (port: Port) => Promise<unknown>];

function refuses<Port extends object>(
  name: string,
  make: () => ReturnType<typeof createRecorder<Port>>,
  check: (port: Port) => Port,
  requests: readonly Refused<Port>[],
): void {
  describe(`the checks in front of ${name}`, () => {
    it.each(requests)("refuse %s as invalid-input, and the adapter is not called", async (_name, call) => {
      const { port, calls } = make();
      await expect(call(check(port))).rejects.toMatchObject({ code: "invalid-input" });
      expect(calls).toEqual([]);
    });
  });
}

const DEPLOYMENT = { at: "2026-01-01T00:00:00.000Z", configuration: "a.b", engine: "e", safelight: "1" };
const createStatuses = () => createRecorder<StatusStore>({ get: undefined, put: undefined });

refuses("a blob store", store, guardBlobStore, blobs);
refuses("a metadata repository", createRecords, guardMetadataRepository, repository);
refuses("a change queue", createQueue, guardChangeQueue, changes);
refuses(
  "CDN URLs",
  () => createRecorder<CdnUrls>({ getUrl: "u", invalidate: undefined }),
  guardCdnUrls,
  urls,
);
refuses(
  "an event log",
  () => createRecorder<EventLog>({ read: [], readNewest: "id", waitForMore: undefined }),
  guardEventLog,
  [
    ...["", " ", "a b", "é", "x".repeat(201), 7 as unknown as string].flatMap(
      (after): Refused<EventLog>[] => [
        [`read after ${JSON.stringify(after).slice(0, 20)}`, (port) => port.read({ after, limit: 1 })],
        [`waitForMore after ${JSON.stringify(after).slice(0, 20)}`, (port) => port.waitForMore(after)],
      ],
    ),
    ...[0, -1, 1.5, Number.NaN, 1_001].map(
      (limit): Refused<EventLog> => [`read with limit ${limit}`, (port) => port.read({ limit })],
    ),
  ],
);
refuses("a status store", createStatuses, guardStatusStore, [
  ...["", "Deployment", "toString", "__proto__", 7 as unknown as string].map(
    (name): Refused<StatusStore> => [
      `get of ${JSON.stringify(name)}`,
      (port) => port.get(name as "deployment"),
    ],
  ),
  ["put under an unknown name", (port) => port.put("x" as "deployment", DEPLOYMENT)],
  ...[
    "",
    "now",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00.000+01:00",
    "+010000-01-01T00:00:00.000Z",
  ].map(
    (at): Refused<StatusStore> => [
      `put at ${JSON.stringify(at)}`,
      (port) => port.put("deployment", { ...DEPLOYMENT, at }),
    ],
  ),
  [
    "put of a document too large",
    (port) => port.put("deployment", { ...DEPLOYMENT, engine: "x".repeat(100_000) }),
  ],
]);
refuses("upload tickets", () => createRecorder<UploadTickets>({ issue: {} }), guardUploadTickets, tickets);

/** Each method once, with right arguments and this signal. */
const CALLS: readonly (readonly [string, (signal: AbortSignal) => Promise<readonly unknown[]>])[] = [
  ...listMethods(store, guardBlobStore, {
    get: (port, signal) => port.get("k", { ifMatch: etag("e"), maxBytes: 0, signal }),
    put: (port, signal) =>
      port.put("k", BYTES, { contentType: 'text/plain; a=b;c="d; e"', metadata: { a: "b c" }, signal }),
    head: (port, signal) => port.head("k", { signal }),
    delete: (port, signal) => port.delete("k", { signal }),
    deleteAll: (port, signal) => port.deleteAll(["k"], { signal }),
    list: (port, signal) => port.list("", { limit: 1_000, signal }),
  }),
  ...listMethods(createRecords, guardMetadataRepository, {
    get: (port, signal) => port.get(RECORD.imageId, { signal }),
    commit: (port, signal) => port.commit(RECORD, { replacing: "nothing", signal }),
    getMany: (port, signal) => port.getMany([RECORD.imageId, "x" as ImageId, RECORD.imageId], { signal }),
    scan: (port, signal) => port.scan({ limit: 1_000 }, { signal }),
    list: (port, signal) => port.list({ limit: 1, status: "ready", tag: "" }, { signal }),
    listByName: (port, signal) => port.listByName?.({ limit: 1_000, name: "\u00c9" }, { signal }) ?? NONE,
    purge: (port, signal) => port.purge(RECORD.imageId, { replacing, signal }),
  }),
  ...listMethods(createQueue, guardChangeQueue, {
    send: (port, signal) => port.send(ASK, { signal }),
    receive: (port, signal) => port.receive({ limit: 1, signal }),
    receiveByKey: async (port, signal) => port.receiveByKey?.("k", { limit: 1, signal }),
    acknowledge: (port, signal) => port.acknowledge("1", { signal }),
    release: (port, signal) => port.release("1", { signal }),
  }),
  ...listMethods(() => createRecorder<CdnUrls>({ invalidate: undefined }), guardCdnUrls, {
    invalidate: (port, signal) => port.invalidate(["k" as RenditionKey, "i/*", "*"], { signal }),
  }),
  ...listMethods(
    () => createRecorder<EventLog>({ read: [], readNewest: "id", waitForMore: undefined }),
    guardEventLog,
    {
      read: (port, signal) => port.read({ after: "id", limit: 1_000 }, { signal }),
      readNewest: (port, signal) => port.readNewest({ signal }),
      waitForMore: (port, signal) => port.waitForMore(undefined, { signal }),
    },
  ),
  ...listMethods(createStatuses, guardStatusStore, {
    get: (port, signal) => port.get("reconcile", { signal }),
    put: (port, signal) => port.put("deployment", DEPLOYMENT, { signal }),
  }),
  ...listMethods(() => createRecorder<UploadTickets>({ issue: {} }), guardUploadTickets, {
    issue: (port, signal) =>
      port.issue({ ...REQUEST, key: `a$\{filename}`, metadata: { a: "b" } }, { signal }),
  }),
];

function listMethods<Port extends object>(
  make: () => ReturnType<typeof createRecorder<Port>>,
  check: (port: Port) => Port,
  methods: { readonly [Name in keyof Port]?: (port: Port, signal: AbortSignal) => Promise<unknown> },
): typeof CALLS {
  return Object.keys(methods).map((name) => [
    name,
    async (signal) => {
      const { port, calls } = make();
      await methods[name as keyof Port]?.(check(port), signal);
      return calls.map((call) => call.name);
    },
  ]);
}

describe("the checks in front of every method", () => {
  it.each(CALLS)("pass a valid call of %s on", async (name, call) => {
    expect(await call(new AbortController().signal)).toEqual([name]);
  });

  it.each(CALLS)("end a call of %s that is aborted before it begins", async (_name, call) => {
    await expect(call(stopped)).rejects.toBe(stopped.reason);
  });
});

describe("a port behind its checks", () => {
  it("is wrapped once: wrapping it again gives itself, and the same port has the same wrapping", () => {
    const { port } = store();
    const checked = guardBlobStore(port);
    expect(checked).not.toBe(port);
    expect(guardBlobStore(checked)).toBe(checked);
    expect(guardBlobStore(port)).toBe(checked);
    expect(guardPorts({ originals: port, renditions: checked })).toEqual({
      originals: checked,
      renditions: checked,
    });
  });

  it("has what its adapter has beyond the port, private fields included, and may be frozen", async () => {
    class Counting {
      #count = 0;
      seen: string[] = [];
      async getUrl(key: string) {
        this.#count += 1;
        return key;
      }
      async invalidate() {}
      count() {
        return this.#count;
      }
    }
    const urls = guardCdnUrls(Object.freeze(new Counting()));
    await urls.getUrl("a");
    expect(urls.count()).toBe(1);
    expect(urls).toBeInstanceOf(Counting);
    expect("count" in urls).toBe(true);
  });

  it("lacks receiveByKey where its queue lacks it", () => {
    const { receiveByKey: _, ...rest } = createQueue().port;
    const port: ChangeQueue = rest;
    expect(guardChangeQueue(port).receiveByKey).toBeUndefined();
  });

  it("finds no record for text that is no image id, without a call of its repository", async () => {
    const { port, calls } = createRecords();
    expect(await guardMetadataRepository(port).get("no id" as ImageId)).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
