import type { Mistake } from "../history/domain.js";

const COMPARE = "use-cases/compare-stores.ts";
const REPAIR = "use-cases/repair-image.ts";
const LOOK = "use-cases/look-at-suspect.ts";

/** Ways of getting the comparison of all images wrong, each as an edit of the real code. */
export const RECONCILE_MISTAKES: readonly Mistake[] = [
  {
    name: "a record whose original was never met is not looked at",
    edits: [{ file: COMPARE, from: "(has.has(NOTE.living) && !has.has(NOTE.original)) ||", to: "" }],
  },
  {
    name: "a record whose files are all gone is not looked at",
    edits: [{ file: COMPARE, from: "|| (has.has(NOTE.named) && !has.has(NOTE.files))", to: "" }],
  },
  {
    name: "the files of the last image are not compared",
    edits: [
      {
        file: COMPARE,
        from: "  if (last) whole.push(last);\n  await compareWhole();",
        to: "  await compareWhole();",
      },
    ],
  },
  {
    name: "tombstones are not looked at",
    edits: [
      {
        file: COMPARE,
        from: "return isSuspect ? [{",
        to: "return isSuspect && findings.length === 0 ? [{",
      },
    ],
  },
  {
    name: "another configuration is taken for another engine",
    edits: [
      {
        file: "model/pipeline-config.ts",
        from: 'return digest.split(".", 1).join() === other.split(".", 1).join();',
        to: 'return digest !== "" && other !== "";',
      },
    ],
  },
  {
    name: "a request has the version that is settled already",
    edits: [
      {
        file: REPAIR,
        from: "const version = incrementRevision(record?.version);",
        to: "const version = record?.version ?? incrementRevision(undefined);",
      },
    ],
  },
  {
    name: "an image without its original is asked to be rendered",
    edits: [{ file: REPAIR, from: 'type: original ? "process" : "remove"', to: 'type: "process"' }],
  },
  {
    name: "each run asks for a version of its own time, as if nothing had been asked for before",
    edits: [
      {
        file: REPAIR,
        from: 'const request = { type: original ? "process" : "remove", key, version } as const;',
        to: 'const request = { type: original ? "process" : "remove", key, version: { ...version, revision: version.revision + (Date.now() % 1e9) + asked++ }, ...(original && { force: true }) } as any;',
      },
      {
        file: REPAIR,
        from: "/** The ports that putting an image right needs",
        to: "let asked = 0;\n/** The ports that putting an image right needs",
      },
    ],
  },
  {
    name: "files that are newer than their record stay",
    edits: [
      {
        file: REPAIR,
        from: "  if (resting.length === 0) return false;",
        to: "  if (resting.length >= 0) return false;",
      },
    ],
  },
  {
    name: "expired tombstones stay",
    edits: [
      { file: REPAIR, from: "  if (!request) await purgeExpired(ports, examination, { signal });\n", to: "" },
    ],
  },
  {
    name: "an original that cannot be read ends the run",
    edits: [{ file: LOOK, from: "if (!(error instanceof SafelightError)) throw error;", to: "throw error;" }],
  },
  {
    name: "what cannot be read while it is listed is passed over in silence",
    edits: [
      {
        file: COMPARE,
        from: "await notes.add(unreadable.splice(0).flatMap(noteUnreadableOriginal));",
        to: "",
      },
    ],
  },
  {
    name: "an unfinished outbox stays",
    isRare: true,
    edits: [
      {
        file: REPAIR,
        from: "if (record) await workOffOutbox(ports, record, { cleanUp: true, signal });",
        to: "",
      },
    ],
  },
];
