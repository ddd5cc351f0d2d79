import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { LocalBlobStore } from "../../../src/adapters/local/blob-store.js";
import { ChangeLog } from "../../../src/adapters/local/change-log.js";
import { openDataDirectory } from "../../../src/adapters/local/data-directory.js";
import type { LocalAdapters } from "../../../src/adapters/local/index.js";
import type { OriginalChange } from "../../../src/domain/model/change.js";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { compareVersions, deriveChangeVersion } from "../../../src/domain/model/version.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";
import { startChild } from "../../support/typescript-child.js";

describe("a data directory that two processes use", () => {
  let place: TestDirectory;
  beforeEach(() => {
    place = createTestDirectory();
  });
  afterEach(() => place.close());

  it("leaves a running process its changes, and gives them to others once it is killed", async () => {
    const child = startChild("local-worker.ts", "work", place.dir);
    expect(await child.readLine()).toBe("ready");
    const early = place.open();
    expect(await early.queue.receive({ limit: 9 })).toEqual([]);
    expect(readdirSync(join(place.dir, "tmp"))).toHaveLength(1);
    await child.kill();

    const received = await place.open().queue.receive({ limit: 9 });
    expect(received.map(({ change, attempt }) => [change.key, attempt])).toEqual([
      ["taken", 2],
      ["made", 1],
    ]);
    expect(readdirSync(join(place.dir, "tmp"))).toEqual([]);
  });

  it("has complete blobs and a change for each after its writer was killed, wherever that was", async () => {
    const settledBefore: OriginalChange[] = [];
    for (const lines of [7, 23, 41]) {
      const child = startChild("local-worker.ts", "churn", place.dir);
      const said: { key: string; etag: string; count: number }[] = [];
      for (let line = 0; line < lines; line += 1) said.push(JSON.parse((await child.readLine()) ?? ""));
      await child.kill();

      const adapters = place.open();
      settledBefore.push(...(await drain(adapters)));
      for (const { key, etag } of said)
        expect(settledBefore).toContainEqual(expect.objectContaining({ type: "created", key, etag }));
      for (const { key } of (await adapters.originals.list("")).items) {
        const { bytes, contentType } = await adapters.originals.get(key);
        expect(bytes).toEqual(createContent(Number(contentType.slice("text/".length))));
      }
      for (const key of ["key 0", "key 1", "key 2"]) await expectSettleable(adapters, key, settledBefore);
      adapters.close();
    }
  });

  it("numbers the changes of one key in the order in which they happened, whichever process made them", async () => {
    const children = ["a", "b"].map((name) => startChild("local-worker.ts", "race", place.dir, name));
    for (const child of children) expect(await child.readLine()).toBe("done");
    for (const child of children) await child.kill();

    const adapters = place.open();
    const changes = await drain(adapters);
    expect(new Set(changes.map(({ sequencer }) => sequencer)).size).toBe(100);
    await expectSettleable(adapters, "k", changes);
    const { contentType, bytes } = await adapters.originals.get("k");
    expect(contentType).toBe(`text/${Buffer.from(bytes).toString().replace(" ", "-")}`);
  });

  it("records a put before it happens: a crash in between leaves the old blob and a change for missing bytes", async () => {
    const { originals, queue } = place.open();
    const { etag } = await originals.put("k", Buffer.from("old"), { contentType: "text/old" });
    await crashAfterCommit(place.dir, (crashing) =>
      crashing.put("k", Buffer.from("new"), { contentType: "text/new" }),
    );
    expect(await originals.get("k")).toMatchObject({ etag, contentType: "text/old" });
    const changes = (await queue.receive({ limit: 9 })).map(({ change }) => change);
    expect(changes).toMatchObject([
      { type: "created", etag },
      { type: "created", etag: computeSha256("new") },
    ]);
  });

  it("hands out a removal that a crash prevented as an unknown state", async () => {
    const { originals, queue } = place.open();
    const { etag } = await originals.put("k", Buffer.from("kept"), { contentType: "text/plain" });
    await crashAfterCommit(place.dir, (crashing) => crashing.delete("k"));
    expect(await originals.get("k")).toMatchObject({ etag, contentType: "text/plain" });
    const changes = (await queue.receive({ limit: 9 })).map(({ change }) => change);
    expect(changes).toMatchObject([{ type: "created" }, { type: "unknown", key: "k" }]);
  });
});

/** Lets a process change its originals that dies as soon as it has written something down. */
async function crashAfterCommit(dir: string, change: (originals: LocalBlobStore) => Promise<unknown>) {
  const data = openDataDirectory(dir);
  const database = new Proxy(data.database, {
    get(target, name) {
      const method = Reflect.get(target, name).bind(target);
      if (name !== "runTransaction" && name !== "runEach") return method;
      return (work: unknown) => {
        method(work);
        throw new Error("crash");
      };
    },
  });
  const crashing = { ...data, database };
  const changes = new ChangeLog(crashing);
  const originals = new LocalBlobStore({ data: crashing, store: "originals", changes });
  await expect(change(originals)).rejects.toThrow("crash");
  data.close();
}

/** The bytes that the writer puts the `count`th time. */
function createContent(count: number): Uint8Array {
  return new Uint8Array(40_000).fill(count % 251);
}

/** Fails unless settling the changes, in any order, would end in what the store holds. */
async function expectSettleable(
  { originals }: LocalAdapters,
  key: string,
  changes: readonly OriginalChange[],
) {
  const held = await originals.get(key).catch(() => undefined);
  const ofKey = changes.filter((change) => change.key === key).sort(compareAge);
  // A change that names other bytes than the stored ones is passed over by its settlement.
  const effective = ofKey.filter((change) => change.type !== "created" || change.etag === held?.etag).at(-1);
  if (held === undefined) expect(["removed", "unknown", undefined]).toContain(effective?.type);
  else expect(["created", "unknown"]).toContain(effective?.type);
}

async function drain({ queue }: LocalAdapters): Promise<OriginalChange[]> {
  const changes: OriginalChange[] = [];
  for (const { id, change } of await queue.receive({ limit: 1_000 })) {
    if ("sequencer" in change) changes.push(change);
    await queue.acknowledge(id);
  }
  return changes;
}

function compareAge(a: OriginalChange, b: OriginalChange): number {
  return compareVersions(deriveChangeVersion(a.sequencer), deriveChangeVersion(b.sequencer));
}
