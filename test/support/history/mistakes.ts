import type { Mistake } from "./domain.js";

const SETTLE = "use-cases/settle-change.ts";
const OUTBOX = "use-cases/work-off-outbox.ts";
const CLEAN_UP = "use-cases/clean-up.ts";
const CLEAN_UP_FIRST = "  if (options.cleanUp) await cleanUp(ports, record, { signal });\n";
const FORGET = "  if (forget.length > 0) await ports.urls.forget(forget, { signal });\n";
const COMMIT = "if (!(await commit(ports, next, record, { signal }))) continue;";
const STORE = "      await store(ports, rendered, { signal });\n";
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
        to: `if (next.status !== "removed") { ${COMMIT} } else if (record) await records.purge(imageId, { replacing: record.version });`,
      },
    ],
  },
  {
    name: "the record is committed before its renditions are stored",
    edits: [
      { file: SETTLE, from: STORE, to: "" },
      { file: SETTLE, from: COMMIT, to: `${COMMIT} if (rendered) await store(ports, rendered, { signal });` },
    ],
  },
  {
    name: "the old renditions are deleted before the commit",
    edits: [
      { file: SETTLE, from: COMMIT, to: `await cleanUp(ports, next, { signal }); ${COMMIT}` },
      {
        file: SETTLE,
        from: "import { commitPending }",
        to: 'import { cleanUp } from "./clean-up.js";\nimport { commitPending }',
      },
    ],
  },
  {
    name: "the outbox is not resumed",
    edits: [
      {
        file: SETTLE,
        from: "  await workOffOutbox(ports, record, { cleanUp: true, signal });\n  if (compareVersions",
        to: "  if (compareVersions",
      },
    ],
  },
  {
    name: "the outbox is overwritten by the next commit",
    edits: [
      {
        file: "use-cases/next-record.ts",
        from: "const owed = replaced?.outbox;",
        to: "const owed = undefined as ImageRecord['outbox'];",
      },
    ],
  },
  {
    name: "the outbox is cleared without a condition",
    edits: [
      {
        file: OUTBOX,
        from: "{ replacing: record.version, signal }",
        to: '{ replacing: (await ports.records.get(record.imageId))?.version ?? "nothing", signal }',
      },
    ],
  },
  {
    name: "rendition keys have no version",
    edits: [
      {
        file: "model/storage-layout.ts",
        from: "versionPrefix(imageId, version)}",
        to: "versionPrefix(imageId, PENDING_VERSION)}",
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
        file: SETTLE,
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
        from: "await renditions.deleteAll(rubbish, { signal });",
        to: "renditions.deleteAll(rubbish, { signal }).catch(() => {});",
      },
    ],
  },
  {
    name: "a conflict skips the outbox",
    edits: [
      {
        file: SETTLE,
        from: COMMIT,
        to: "if (!(await commit(ports, next, record, { signal }))) return SUPERSEDED;",
      },
    ],
  },
  {
    name: "CDN paths are forgotten before the files are deleted",
    edits: [
      { file: OUTBOX, from: CLEAN_UP_FIRST, to: "" },
      { file: OUTBOX, from: FORGET, to: `${FORGET}${CLEAN_UP_FIRST}` },
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
        from: FORGET,
        to: "  await ports.urls.forget(listed.items.map((item) => item.key), { signal });\n",
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
        from: "await originals.put(",
        to: "const { sequencer = '' } = await originals.put(",
      },
      {
        file: "use-cases/upload-image.ts",
        from: "commitPending(ports, pending, { signal })",
        to: "commitPending(ports, pending, { signal }, { sequencer, revision: 0 })",
      },
    ],
  },
  {
    name: "a removal deletes before it fixes its version",
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
      {
        file: "use-cases/render-original.ts",
        from: 'if (!rejectsOriginal(error) || (!blob && error.code !== "too-large")) throw error;',
        to: "if (!(error instanceof SafelightError)) throw error;",
      },
    ],
  },
  {
    name: "what an earlier receive wrote is forgotten once the original has changed",
    edits: [{ file: SETTLE, from: "if (!again) return;", to: "return;" }],
  },
  {
    name: "a forced request is dropped if one without force was settled in its place",
    edits: [
      {
        file: SETTLE,
        from: "const lost = change.force && compareVersions",
        to: "const lost = false && compareVersions",
      },
    ],
  },
];
