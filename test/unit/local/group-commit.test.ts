import { stat } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type CommitAll, GroupCommit, type Outcome } from "../../../src/adapters/local/group-commit.js";

/** An item of a group: which place it writes to, and whether it fails. */
interface Item {
  readonly place: number;
  readonly fails: boolean;
}

type Committer = Pick<GroupCommit<Item, Item>, "commit">;
type CreateCommitter = (commitAll: CommitAll<Item, Item>) => Committer;

const items = fc.array(fc.record({ place: fc.nat(3), fails: fc.boolean() }), { minLength: 1, maxLength: 20 });
const createHonest: CreateCommitter = (commitAll) => new GroupCommit(commitAll, ({ place }) => place);

/** Commits the items at once over a disk that takes its time. Throws where a promise is not kept. */
async function checkGroups(create: CreateCommitter, asked: readonly Item[]): Promise<void> {
  const begun: Item[] = [];
  const durable = new Set<Item>();
  const committer = create(async (group) => {
    expect(new Set(group.map(({ place }) => place)).size).toBe(group.length);
    begun.push(...group);
    await new Promise((resolve) => setImmediate(resolve));
    for (const item of group) if (!item.fails) durable.add(item);
    return group.map((item): Outcome<Item> => (item.fails ? { error: item } : { result: item }));
  });
  await Promise.all(
    asked.map(async (item) => {
      const outcome = await committer.commit(item).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      expect(outcome).toEqual(item.fails ? { error: item } : { result: item });
      expect(durable.has(item)).toBe(!item.fails);
    }),
  );
  for (const place of [0, 1, 2, 3])
    expect(begun.filter((item) => item.place === place)).toEqual(
      asked.filter((item) => item.place === place),
    );
}

/** Each breaks one promise of a group commit. */
const LIARS: Readonly<Record<string, CreateCommitter>> = {
  "reported before the shared sync": (commitAll) => ({
    async commit(item) {
      void commitAll([item]);
      if (item.fails) throw item;
      return item;
    },
  }),
  "a failed member fails its neighbors": (commitAll) =>
    createHonest(async (group) => {
      const outcomes = await commitAll(group);
      const failed = outcomes.find((outcome) => "error" in outcome);
      return failed === undefined ? outcomes : group.map(() => failed);
    }),
  "a failed member is reported as done": (commitAll) =>
    createHonest(async (group) => {
      await commitAll(group);
      return group.map((item) => ({ result: item }));
    }),
  "two of one place in a group": (commitAll) => new GroupCommit(commitAll),
  "one of a group is left out": (commitAll) =>
    createHonest(async (group) => {
      const [first, ...others] = group;
      await commitAll(others.length > 0 ? others : group);
      return [first, ...others].map((item) => ({ result: item as Item }));
    }),
};

describe("a group commit", () => {
  it("resolves each promise after the shared sync, lets what fails fail alone, and keeps the order of each place", async () => {
    await fc.assert(fc.asyncProperty(items, (asked) => checkGroups(createHonest, asked)));
  });

  it.each(Object.entries(LIARS))("would be caught if %s", async (_name, createLiar) => {
    const { failed } = await fc.check(fc.asyncProperty(items, (asked) => checkGroups(createLiar, asked)));
    expect(failed).toBe(true);
  });

  it("commits together what comes in one turn, and what comes while a group is on its way", async () => {
    const groups: number[] = [];
    const committer = new GroupCommit<number, number>(async (group) => {
      groups.push(group.length);
      await new Promise((resolve) => setImmediate(resolve));
      return group.map((result) => ({ result }));
    });
    const first = [1, 2, 3].map((item) => committer.commit(item));
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([...first, ...[4, 5].map((item) => committer.commit(item))]);
    expect(groups).toEqual([3, 2]);
  });

  it("waits for others where the last group had several items, and for nobody where it had one", async () => {
    const groups: string[] = [];
    const committer = new GroupCommit<string, string>((group) => {
      groups.push(group.join(""));
      return group.map((result) => ({ result }));
    });
    // After input, `setImmediate` comes before any timer: no load of the machine can turn the two around.
    const commitInTurns = async (first: string, second: string) => {
      await stat(".");
      const begun = committer.commit(first);
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([begun, committer.commit(second)]);
    };
    await commitInTurns("a", "b");
    await Promise.all([committer.commit("c"), committer.commit("d")]);
    await commitInTurns("e", "f");
    expect(groups).toEqual(["a", "b", "cd", "ef"]);
  });

  it("rejects all of a group with what its commit throws, and goes on with the next", async () => {
    const answers: (() => readonly Outcome<string>[])[] = [
      () => {
        throw new Error("locked");
      },
      () => [{ result: "done" }],
    ];
    const committer = new GroupCommit<string, string>(() => answers.shift()?.() ?? []);
    const group = await Promise.allSettled(["a", "b"].map((item) => committer.commit(item)));
    expect(group).toEqual(Array(2).fill({ status: "rejected", reason: new Error("locked") }));
    expect(await committer.commit("c")).toBe("done");
  });
});
