import fc from "fast-check";
import type { ImageId } from "../../../domain/model/image-id.js";
import { IMAGE_STATUSES, type ImageRecord } from "../../../domain/model/image-record.js";
import { compareVersions, version } from "../../../domain/model/version.js";
import type { MetadataRepository, Replaced } from "../../metadata-repository.js";
import { assertSame, draw, iterateItems, refuses } from "../expectations.js";
import type { MetadataRepositoryLaw } from "./harness.js";
import { search, walkByName } from "./listing-by-name-laws.js";
import { createRecord, createReplaced, createTime } from "./records.js";

/** The records that the repository should hold. */
type Model = Map<ImageId, ImageRecord>;

/** Each run has images of its own, and a tag on all of them, so that one repository serves all runs. */
interface Real {
  readonly records: MetadataRepository;
  readonly run: string;
}

type Command = fc.AsyncCommand<Model, Real>;

const keys = fc.constantFrom("a", "b", "c", "d");
const FIRST = version({ sequencer: "1", revision: 0 });
/** Few, so that they meet: each is easily taken for another one. */
const versions = fc
  .record({
    epoch: fc.nat({ max: 1 }),
    sequencer: fc.constantFrom("1", "10", "a", "A"),
    revision: fc.nat({ max: 1 }),
  })
  .map(version);
const editions = fc.integer({ min: 1, max: 3 });
const owners = fc.constantFrom(undefined, "ann", "bob");
/** The ends of file names: the run is in front. */
const names = fc.constantFrom("Cat", "cat", "cats", "dog");
/** Titles of edits, which leave the version as it is. */
const titles = fc.constantFrom(undefined, "one", "two");

const commits = fc
  .record({
    key: keys,
    version: fc.option(versions),
    edition: editions,
    owner: owners,
    title: titles,
    name: names,
    status: fc.constantFrom(...IMAGE_STATUSES),
    age: fc.nat({ max: 2 }),
    // Mostly what is there, so that most commits get through; else any, which usually conflicts.
    replacing: fc.oneof(
      { weight: 3, arbitrary: fc.constant("current" as const) },
      fc.constant("nothing" as const),
      fc.constant("another edition" as const),
      fc.tuple(versions, editions),
    ),
  })
  .map(({ key, version, edition, owner, title, name, status, age, replacing }) =>
    createStep(`commit ${key} ${status}`, async (model, { records, run }) => {
      const { imageId } = createRecord(`${run}/${key}`);
      const current = model.get(imageId);
      const said = { ...(owner && { owner }), ...(title && { title }) };
      const record = {
        ...createRecord(`${run}/${key}`, { status, edition, createdAt: createTime(age), tags: [run] }),
        fileName: `${run} ${name}`,
        version: version ?? current?.version ?? FIRST,
        ...(status !== "removed" && said),
      } as ImageRecord;
      const condition = toCondition(current, replacing);
      const commit = records.commit(record, { replacing: condition });
      if (!holds(current, condition)) {
        await refuses("conflict", commit, "commit");
        return;
      }
      await commit;
      model.set(record.imageId, record);
    }),
  );

const purges = fc.tuple(keys, fc.option(versions), editions).map(([key, version, edition]) =>
  createStep(`purge ${key}`, async (model, { records, run }) => {
    const { imageId } = createRecord(`${run}/${key}`);
    const current = model.get(imageId);
    const replacing = createReplaced(version ?? current?.version ?? FIRST, edition);
    const purge = records.purge(imageId, { replacing });
    if (current && !holds(current, replacing)) {
      await refuses("conflict", purge, "purge");
      return;
    }
    await purge;
    model.delete(imageId);
  }),
);

const gets = keys.map((key) =>
  createStep(`get ${key}`, async (model, { records, run }) => {
    const { imageId } = createRecord(`${run}/${key}`);
    assertSame(await records.get(imageId), model.get(imageId), `the record of ${key}`);
  }),
);

const lists = fc
  .tuple(
    fc.constantFrom(undefined, "pending" as const, "ready" as const),
    owners,
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([status, owner, limit]) =>
    createStep(
      `list ${status ?? "all"} of ${owner ?? "all"} by ${limit}`,
      async (model, { records, run }) => {
        const query = { limit, tag: run, ...(status && { status }), ...(owner && { owner }) };
        const listed = await iterateItems((cursor) =>
          records.list({ ...query, ...(cursor !== undefined && { cursor }) }),
        );
        const expected = [...model.values()]
          .filter(
            (record) => record.status !== "removed" && (status === undefined || record.status === status),
          )
          .filter((record) => owner === undefined || record.owner === owner)
          .sort((a, b) => (place(a) < place(b) ? -1 : 1));
        assertSame(listed, expected, "the listing");
      },
    ),
  );

const searches = fc
  .tuple(fc.constantFrom("", "c", "CAT", "cats", "do"), fc.constantFrom(undefined, "ready" as const), owners)
  .map(([prefix, status, owner]) =>
    createStep(
      `search ${prefix} in ${status ?? "all"} of ${owner ?? "all"}`,
      async (model, { records, run }) => {
        if (records.listByName === undefined) return;
        const name = `${run} ${prefix}`;
        const filter = { ...(status && { status }), ...(owner && { owner }) };
        const expected = [...model.values()]
          .filter((record) => status === undefined || record.status === status)
          .filter((record) => owner === undefined || record.owner === owner);
        assertSame(
          await walkByName(records, { name, limit: 2, ...filter }),
          search(expected, name),
          "the search",
        );
      },
    ),
  );

/** The whole port at once, against a map. */
export const MODEL_LAW: MetadataRepositoryLaw = {
  name: "any sequence of commits, purges, gets, lists and searches agrees with a plain map",
  check: async ({ records }, trials) => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.commands([commits, commits, purges, gets, lists, searches], { maxCommands: 30, size: "max" }),
        async (commands) => {
          runs += 1;
          await fc.asyncModelRun(
            () => ({ model: new Map(), real: { records, run: `run ${runs}` } }),
            commands,
          );
        },
      ),
      draw(trials),
    );
  },
};

function toCondition(
  current: ImageRecord | undefined,
  replacing: "current" | "nothing" | "another edition" | readonly [ImageRecord["version"], number],
): Replaced | "nothing" {
  if (replacing === "nothing") return replacing;
  if (replacing === "current") return current ?? "nothing";
  if (replacing === "another edition")
    return current ? createReplaced(current.version, current.edition + 1) : "nothing";
  return createReplaced(...replacing);
}

function holds(current: ImageRecord | undefined, replacing: Replaced | "nothing"): boolean {
  if (replacing === "nothing") return current === undefined;
  return (
    current !== undefined &&
    compareVersions(current.version, replacing.version) === 0 &&
    current.edition === replacing.edition
  );
}

/** Text that sorts as the listing does: the newer first, then by id. */
function place({ createdAt, imageId }: ImageRecord): string {
  return `${String(9e15 - Date.parse(createdAt))} ${imageId}`;
}

function createStep(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}
