import type { Change } from "../../domain/model/change.js";
import type { EditsInput } from "../../domain/model/edits.js";
import { deriveImageId } from "../../domain/model/image-id.js";
import { incrementRevision } from "../../domain/model/version.js";
import type { ChangeQueue } from "../../ports/change-queue.js";
import { CONFIGS } from "./configs.js";
import type { Originals } from "./originals.js";
import type { Stage } from "./stage.js";

/** Milliseconds between two uploads: most come at once. */
const PAUSES = [0, 0, 0, 60_000] as const;

const HOURS = 3 * 60 * 60 * 1_000;
const MONTH = 31 * 24 * 60 * 60 * 1_000;

const EDITS: readonly EditsInput[] = [
  { focalPoint: { x: 0, y: 0 } },
  { focalPoint: { x: 1, y: 1 } },
  { focalPoint: null, title: "t" },
  { alt: "a" },
  { alt: "b", title: null },
];

const ENCODER = new TextEncoder();

/** The content last stored under each key. */
const contents = new WeakMap<Stage, Map<string, string>>();

/** The deeds of people and machines on one original. */
const deeds = {
  put: (stage: Stage, key: string) => put(stage, key, createContent(stage, key)),

  /** As who tries again does. */
  putAgain: (stage: Stage, key: string) => put(stage, key, createContent(stage, key, true)),

  async upload(stage: Stage, key: string) {
    const bytes = new TextEncoder().encode(createContent(stage, key));
    await stage.actAsPerson(`upload ${key}`, {}, (ports) => stage.domain.uploadImage(ports, { key, bytes }));
  },

  async delete(stage: Stage, key: string) {
    const { world } = stage;
    if (!world.stores.keepOrder) return void (await world.originals.delete(key));
    await stage.actAsPerson(`delete ${key}`, {}, ({ originals }) => originals.delete(key));
  },

  deleteVersion: (stage: Stage, key: string) =>
    changeElsewhere(stage, key, (originals) => originals.deleteVersion(key)),

  expireVersion: (stage: Stage, key: string) =>
    changeElsewhere(stage, key, (originals) => originals.expireVersion(key)),

  /** Somebody uploads by a ticket, perhaps more than once, to a store that tells of nothing. */
  async useTicket(stage: Stage, key: string) {
    const { world, choices } = stage;
    if (!world.stores.keepOrder) return;
    const contents = [createContent(stage, key), createContent(stage, key)];
    const isComplete = choices.drawInteger(2) === 1;
    await stage.actAsPerson(`ticket ${key}`, {}, async ({ looks, store }) => {
      await looks.open(key, { for: "a ticket", seconds: 900 });
      for (const content of contents) {
        await store.put(key, ENCODER.encode(content), { contentType: "image/png" });
        if (isComplete) await looks.add(key);
      }
    });
  },

  process: (stage: Stage, key: string) => request(stage, "process", key),

  remove: (stage: Stage, key: string) => request(stage, "remove", key),

  async edit(stage: Stage, key: string) {
    const edit = stage.choices.pick(EDITS);
    await stage.actAsPerson(
      `edit ${key} ${JSON.stringify(edit)}`,
      { edit },
      (ports) => stage.domain.editImage(ports, deriveImageId(key), edit),
      (state) => {
        if (state !== "finished") stage.abandoned.add(key);
      },
    );
  },

  async configure({ world }: Stage) {
    world.config = (world.config + 1) % CONFIGS.length;
  },

  /** The store of renditions loses a file. */
  async damage({ world, choices }: Stage, key: string) {
    const stored = [...(await world.renditions.listKeys([deriveImageId(key)]))];
    if (stored.length > 0) await world.renditions.loseFile(choices.pick(stored));
  },

  /** Looks at everything while others are at work, by a listing that may be behind. */
  async reconcile(stage: Stage) {
    if (stage.choices.drawInteger(2) === 1) await stage.world.stopListingUpdates();
    await stage.actAsPerson("reconcile", {}, (ports) => stage.domain.doctorImages(ports, { repair: true }));
  },

  /** No handler lives for hours, and no queue holds anything for a month. */
  async wait({ world, choices, isStill }: Stage) {
    const isLong = world.messages.length === 0 && choices.drawInteger(2) === 1;
    if (isStill) world.pass(isLong ? MONTH : HOURS);
  },

  /** All originals move to another store, while nobody is at work. */
  async move({ world, domain, bounds, isStill }: Stage) {
    const { restart, records } = world.stores;
    if (!restart || !isStill || world.messages.length > 0) return;
    restart();
    for (const key of bounds.keys) {
      const record = await records.get(deriveImageId(key));
      const moved = record && {
        ...record,
        version: domain.deriveMovedVersion(record.version),
        edition: record.edition + 1,
      };
      if (moved) await world.createRecords({ conflicted: true }).commit(moved, { replacing: record });
      await world.originals.move(key);
    }
  },
};

/** The name of a deed. */
export type Deed = keyof typeof deeds;

/** How often each deed is done beside the others. */
const ALL: readonly Deed[] = (
  [
    ["put", 4],
    ["putAgain", 2],
    ["upload", 1],
    ["delete", 1],
    ["deleteVersion", 1],
    ["expireVersion", 1],
    ["process", 4],
    ["remove", 1],
    ["edit", 3],
    ["configure", 2],
    ["damage", 1],
    ["reconcile", 1],
    ["wait", 1],
    ["move", 1],
  ] as const
).flatMap(([deed, times]) => Array.from({ length: times }, (): Deed => deed));

/** Each deed, and those to choose from: `ordered` where the originals are kept in order. */
export const DEEDS = { ...deeds, all: ALL, ordered: [...ALL, "useTicket", "useTicket"] as readonly Deed[] };

/** Some upload the same bytes again. Little time passes between most uploads. */
function createContent(stage: Stage, key: string, again = false): string {
  const { world, choices, bounds, reached } = stage;
  world.pass(choices.pick(PAUSES));
  const known = contents.get(stage) ?? new Map<string, string>();
  contents.set(stage, known);
  const content = (again ? known.get(key) : undefined) ?? choices.pick(bounds.contents);
  reached.sameBytesAgain ||= known.get(key) === content;
  known.set(key, content);
  return content;
}

async function put(stage: Stage, key: string, content: string): Promise<void> {
  const { world } = stage;
  if (!world.stores.keepOrder) return world.originals.upload(key, content);
  await stage.actAsPerson(`put ${key}`, {}, ({ originals }) =>
    originals.put(key, ENCODER.encode(content), { contentType: "image/png" }),
  );
}

/** Something else changes the store, which tells of it: behind the back of whoever keeps the order, that is a notification. */
async function changeElsewhere(
  { world }: Stage,
  key: string,
  change: (originals: Originals) => Promise<void>,
): Promise<void> {
  await change(world.originals);
  if (world.stores.keepOrder) await world.looks.createView(() => false).add(key);
}

async function request(stage: Stage, type: "process" | "remove", key: string): Promise<void> {
  const { world, domain, choices } = stage;
  const sent: Change[] = [];
  // At the end, when nothing is chosen any more, everything is forced.
  const force = choices.drawInteger(3) === 0;
  const invalidate = choices.drawInteger(4) === 1;
  // Half of the people ask through something that cannot render, and leave all the work to a handler.
  const isRemote = choices.drawInteger(2) === 1;
  await stage.actAsPerson(
    `${type} ${key}${force ? " forced" : ""}${invalidate ? " invalidating" : ""}`,
    {},
    async (given) => {
      const send: ChangeQueue["send"] = (change, options) => {
        sent.push(change);
        return given.queue.send(change, options);
      };
      const ports = { ...given, queue: { ...world.queue, send } };
      if (type === "remove")
        return isRemote
          ? domain.requestRemoval(ports, deriveImageId(key))
          : domain.removeImage(ports, deriveImageId(key));
      if (isRemote) return domain.requestProcessing(ports, key, { force, invalidate });
      const record = await ports.records.get(deriveImageId(key));
      const how = { ...(force && { force }), ...(invalidate && { invalidate }) };
      return send({ type, key, version: incrementRevision(record?.version), ...how });
    },
    () => {
      for (const change of sent) world.originals.recordAnswer(change);
    },
  );
}
