import type { Mistake } from "./domain.js";

const SETTLE = "use-cases/settle-change.ts";
const OUTBOX = "use-cases/work-off-outbox.ts";
const CLEAN_UP = "use-cases/clean-up.ts";
const CLEAN_UP_FIRST = "  if (options.cleanUp) await cleanUp(ports, record, { signal });\n";
const INVALIDATE =
  "  if (invalidations.length > 0) await ports.urls.invalidate(invalidations, { signal });\n";
const COMMIT = "if (!(await commit(ports, next, record, { signal }))) continue;";
const RENDER = "use-cases/render-original.ts";
const STORE = "use-cases/store-outputs.ts";
const OPEN = "use-cases/open-original.ts";
const KEPT = "use-cases/kept-renditions.ts";
const CURRENT = "use-cases/is-current.ts";
const NEXT = "use-cases/next-record.ts";
const EDIT = "use-cases/edit-image.ts";
const LEAVE = "use-cases/leave-to-others.ts";
const LOOK = "(await findBlob(originals, change.key, { signal }))";

/** Every way of getting this wrong that was seen in practice or in a model, each as an edit of the real code. */
export const MISTAKES: readonly Mistake[] = [
  {
    name: "no guard: whatever arrives last wins",
    edits: [
      {
        file: SETTLE,
        from: "if (record && compareVersions(record.version, version) >= 0) {",
        to: "if (record && compareVersions(record.version, version) === 0) {",
      },
    ],
  },
  {
    name: "the sequencer is compared as a number",
    edits: [
      {
        file: "model/version.ts",
        from: "return a.sequencer < b.sequencer ? -1 : 1;",
        to: "return Number.parseInt(a.sequencer || '0', 36) < Number.parseInt(b.sequencer || '0', 36) ? -1 : 1;",
      },
    ],
  },
  {
    name: "no tombstone: a removal deletes the record",
    edits: [
      {
        file: SETTLE,
        from: COMMIT,
        to: `if (next.status !== "removed") { ${COMMIT} } else if (record) await records.purge(imageId, { replacing: record });`,
      },
    ],
  },
  {
    name: "the record is committed before its renditions are stored",
    edits: [
      {
        file: STORE,
        from: 'const failed = (await Promise.allSettled(puts)).find((put) => put.status === "rejected");\n  if (failed) throw failed.reason;',
        to: "void Promise.allSettled(puts);",
      },
    ],
  },
  {
    name: "the old renditions are deleted before the commit",
    edits: [
      { file: SETTLE, from: COMMIT, to: `await cleanUp(ports, next, { signal }); ${COMMIT}` },
      {
        file: SETTLE,
        from: "import { findBlob }",
        to: 'import { cleanUp } from "./clean-up.js";\nimport { findBlob }',
      },
    ],
  },
  {
    name: "the outbox is not resumed",
    edits: [
      {
        file: LEAVE,
        from: "  await workOffOutbox(ports, record, { cleanUp: true, signal });\n  if (compareVersions",
        to: "  if (compareVersions",
      },
    ],
  },
  {
    name: "the outbox is overwritten by the next commit",
    edits: [
      { file: NEXT, from: "replaced?.outbox?.invalidations ?? []", to: "[] as Outbox['invalidations']" },
      { file: NEXT, from: "...(replaced?.outbox?.events ?? []), ", to: "" },
    ],
  },
  {
    name: "the outbox is cleared without a condition",
    edits: [
      {
        file: OUTBOX,
        from: "{ replacing: current, signal }",
        to: '{ replacing: (await records.get(record.imageId)) ?? "nothing", signal }',
      },
    ],
  },
  {
    name: "rendition keys have no version",
    edits: [
      {
        file: "model/storage-layout.ts",
        from: "toVersionPrefix(imageId, version)}",
        to: "toVersionPrefix(imageId, PENDING_VERSION)}",
      },
      {
        file: "model/storage-layout.ts",
        from: "import { parseVersionLabel",
        to: "import { PENDING_VERSION, parseVersionLabel",
      },
    ],
  },
  {
    name: "superseded handlers leave their files",
    edits: [
      {
        file: LEAVE,
        from: "  await workOffOutbox(ports, record, { cleanUp: true, signal });\n  if (compareVersions",
        to: "  await workOffOutbox(ports, record, { cleanUp: false, signal });\n  if (compareVersions",
      },
    ],
  },
  {
    name: "cleaning up takes what is newer than the record, too",
    edits: [
      { file: CLEAN_UP, from: " && compareVersions(version, record.version) <= 0", to: "" },
      { file: CLEAN_UP, from: 'import { compareVersions } from "../model/version.js";\n', to: "" },
    ],
  },
  {
    name: "a batch of deletes is taken for done as soon as it is sent",
    edits: [
      {
        file: CLEAN_UP,
        from: "await renditions.deleteAll(staleKeys, { signal });",
        to: "renditions.deleteAll(staleKeys, { signal }).catch(() => {});",
      },
    ],
  },
  {
    name: "a conflict skips the outbox",
    edits: [
      {
        file: SETTLE,
        from: COMMIT,
        to: 'if (!(await commit(ports, next, record, { signal }))) return { outcome: "superseded" };',
      },
    ],
  },
  {
    name: "CDN paths are invalidated before the files are deleted",
    edits: [
      { file: OUTBOX, from: CLEAN_UP_FIRST, to: "" },
      { file: OUTBOX, from: INVALIDATE, to: `${INVALIDATE}${CLEAN_UP_FIRST}` },
    ],
  },
  {
    name: "CDN paths are taken from a listing",
    edits: [
      {
        file: OUTBOX,
        from: CLEAN_UP_FIRST,
        to: `  const listed = await ports.renditions.list(\`\${record.imageId}/\`);\n${CLEAN_UP_FIRST}`,
      },
      {
        file: OUTBOX,
        from: INVALIDATE,
        to: "  await ports.urls.invalidate(listed.items.map((item) => item.key), { signal });\n",
      },
    ],
  },
  {
    name: "a pending record carries the sequencer of its upload",
    edits: [
      {
        file: "use-cases/commit-pending.ts",
        from: "  { signal }: CallOptions = {},\n)",
        to: "  { signal }: CallOptions = {},\n  version = PENDING_VERSION,\n)",
      },
      { file: "use-cases/commit-pending.ts", from: "version: PENDING_VERSION,", to: "version," },
      {
        file: "use-cases/upload-image.ts",
        from: "commitPending(ports, pending, { signal })",
        to: "commitPending(ports, pending, { signal }, { epoch: 0, sequencer: sequencer ?? '', revision: 0 })",
      },
    ],
  },
  {
    name: "a removal deletes before it fixes its version",
    isRare: true,
    edits: [
      { file: "use-cases/remove-image.ts", from: "const record = await", to: "let record = await" },
      {
        file: "use-cases/remove-image.ts",
        from: "const { key } = record;",
        to: "const { key } = record; await originals.delete(key); record = await records.get(imageId) ?? record;",
      },
      {
        file: "use-cases/remove-image.ts",
        from: "  await originals.delete(key, { signal });\n  await settleNow",
        to: "  await settleNow",
      },
      { file: SETTLE, from: LOOK, to: "undefined" },
    ],
  },
  {
    name: "a handler deletes the original for an asker that may have died",
    isRare: true,
    edits: [
      {
        file: SETTLE,
        from: "return (await findBlob(originals, change.key, { signal })) ? undefined",
        to: "await originals.delete(change.key, { signal }); return (await findBlob(originals, change.key, { signal })) ? undefined",
      },
    ],
  },
  {
    name: "a store that refuses its caller is taken for a fault of the original",
    edits: [
      { file: OPEN, from: 'if (!blob && !hasCode(error, "too-large")) throw error;', to: "" },
      { file: OPEN, from: "if (!rejectsOriginal(error)) throw error;", to: "const rejected = error as any;" },
      { file: OPEN, from: "const { code, message } = error;", to: "const { code, message } = rejected;" },
    ],
  },
  {
    name: "what an earlier attempt wrote is forgotten once the original has changed",
    edits: [{ file: LEAVE, from: "if (!again) return;", to: "return;" }],
  },
  {
    name: "a forced request is dropped if one without force was settled in its place",
    edits: [{ file: LEAVE, from: "(force && renditions", to: "(false && renditions" }],
  },
  {
    name: "a force keeps what is equal",
    edits: [
      {
        file: RENDER,
        from: "this.#task.force ? [] : await findKeptRenditions",
        to: "await findKeptRenditions",
      },
    ],
  },
  {
    name: "nothing is kept",
    edits: [
      {
        file: RENDER,
        from: "this.#task.force ? [] : await findKeptRenditions(this.#ports, replaced, recipes, { signal });",
        to: "[] as Rendition[];",
      },
    ],
  },
  {
    name: "nothing is ever taken for unchanged",
    edits: [{ file: SETTLE, from: "(await isCurrent(ports, record, { signal }))", to: "false" }],
  },
  {
    name: "what is kept is decided once, not anew on a conflict",
    edits: [
      {
        file: RENDER,
        from: "const kept = this.#task.force",
        to: "const kept = this.#kept ??= this.#task.force",
      },
      {
        file: RENDER,
        from: "  #decoded = false;",
        to: "  #decoded = false;\n  #kept: readonly Rendition[] | undefined;",
      },
    ],
  },
  {
    name: "of a spec in several formats each is kept for itself",
    edits: [
      {
        file: KEPT,
        from: "            toFolder(one.key) === folder &&\n",
        to: "",
      },
    ],
  },
  {
    name: "a rendition is kept without a look whether its file is there",
    edits: [{ file: KEPT, from: "return same.filter(({ key }) => listed.has(key));", to: "return same;" }],
  },
  {
    name: "an image is taken for unchanged without a look whether its files are there",
    edits: [{ file: CURRENT, from: "return named.every((name) => listed.has(name));", to: "return true;" }],
  },
  {
    name: "the original is recognized by its time alone",
    edits: [{ file: CURRENT, from: "if (!original || original.etag !== record.etag)", to: "if (!original)" }],
  },
  {
    name: "the original is recognized by its etag alone",
    edits: [
      {
        file: CURRENT,
        from: "if (original.storedAt.toISOString() !== record.createdAt) return false;",
        to: "",
      },
    ],
  },
  {
    name: "the fingerprint in a key is that of the rendition alone",
    edits: [
      {
        file: STORE,
        from: "renditionKey(deriveImageId(key), version, fingerprint,",
        to: "renditionKey(deriveImageId(key), version, recipes.get(file) ?? fingerprint,",
      },
    ],
  },
  {
    name: "a re-rendering notes nothing of what it no longer names",
    edits: [{ file: NEXT, from: "dropped: dropped.slice(over),", to: "dropped: []," }],
  },
  {
    name: "what was dropped stays in the CDN when the picture goes",
    edits: [
      {
        file: NEXT,
        from: "deduplicate([...owed, ...before, ...names])",
        to: "deduplicate([...owed, ...names])",
      },
    ],
  },
  {
    name: "what is too much to remember is invalidated by nobody",
    edits: [
      { file: "model/image-record.ts", from: "MAX_DROPPED = 100", to: "MAX_DROPPED = 1" },
      { file: NEXT, from: "deduplicate([...owed, ...dropped.slice(0, over)])", to: "deduplicate(owed)" },
    ],
  },
  {
    name: "an edit is written under a condition on the version alone",
    edits: [
      {
        file: EDIT,
        from: "{ replacing: record, signal }",
        to: "{ replacing: { ...record, edition: ((await ports.records.get(imageId)) ?? record).edition }, signal }",
      },
    ],
  },
  {
    name: "an edit is written before its request is sent",
    isRare: true,
    edits: [
      {
        file: EDIT,
        from: "    if (moves || owes) await ports.queue.send(request, { signal });",
        to: "    const late = moves || owes;",
      },
      {
        file: EDIT,
        from: "    if (!record.outbox) await workOffOutbox(ports, next,",
        to: "    if (late) await ports.queue.send(request);\n    if (!record.outbox) await workOffOutbox(ports, next,",
      },
    ],
  },
  {
    name: "an edit adds to what others have promised, and asks nobody to finish it",
    isRare: true,
    edits: [
      {
        file: EDIT,
        from: 'const owes = record.status !== "pending" && record.outbox !== undefined;',
        to: "const owes = false;",
      },
    ],
  },
  {
    name: "a settlement carries what people said when it began",
    edits: [
      {
        file: SETTLE,
        from: "const next = buildNextRecord({ key, version, configuration, content, invalidate }, record, ports.clock());",
        to: "first ??= record; const next = { ...buildNextRecord({ key, version, configuration, content, invalidate }, record, ports.clock()), ...(content && first && pickEdits(first)) } as ImageRecord;",
      },
      {
        file: SETTLE,
        from: "  let before = again;",
        to: "  let before = again;\n  let first: ImageRecord | undefined;",
      },
      {
        file: SETTLE,
        from: "import { hasCode }",
        to: 'import { pickEdits } from "../model/edits.js";\nimport { hasCode }',
      },
    ],
  },
  {
    name: "a focal point outlives its picture",
    edits: [
      { file: NEXT, from: "hasContent(replaced, content.contentHash) && focalPoint", to: "focalPoint" },
    ],
  },
  {
    name: "the clearing of an outbox does not count as a write",
    edits: [
      {
        file: OUTBOX,
        from: "const next = { ...record, edition: incrementEdition(record) };",
        to: "const next = record;",
      },
    ],
  },
  {
    name: "an invalidating request is taken for settled",
    edits: [{ file: SETTLE, from: "!work && !force && !invalidate", to: "!work && !force" }],
  },
  {
    name: "an invalidating request is dropped if another one was settled in its place",
    seed: 6,
    edits: [{ file: LEAVE, from: "(invalidate === true && dropped", to: "(false && dropped" }],
  },
  {
    name: "a superseded handler leaves in the CDN what it wrote",
    edits: [{ file: LEAVE, from: "if (names.length > 0) await urls.invalidate(names, { signal });", to: "" }],
  },
  {
    name: "a tombstone over nothing is told",
    edits: [
      {
        file: NEXT,
        from: '(!replaced || replaced.status === "removed")',
        to: 'replaced?.status === "removed"',
      },
    ],
  },
  {
    name: "a change with nothing to do leaves what others wrote",
    isRare: true,
    edits: [
      { file: SETTLE, from: "moved, { cleanUp: true, signal }", to: "moved, { cleanUp: again, signal }" },
    ],
  },
  {
    name: "sequencers of two stores are compared",
    edits: [{ file: "model/version.ts", from: "if (a.epoch !== b.epoch) return a.epoch - b.epoch;", to: "" }],
  },
];
