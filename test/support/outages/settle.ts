import { computeSha256 } from "../../../src/domain/model/digest.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import { openProcess, type Places, type PlayedProcess } from "./process.js";

/** The state that the last operation on an image calls for. */
export interface Expected {
  readonly imageId: ImageId;
  readonly key: string;
  /** Absent: it was removed. */
  readonly bytes?: Uint8Array;
  readonly alt?: string;
  /** Whether it was removed at any time. */
  readonly wasRemoved: boolean;
}

/** Works the queue in these processes while `play` runs, and until nothing waits after it. */
export async function playWithWorkers<Given>(
  workers: readonly PlayedProcess[],
  play: () => Promise<Given>,
): Promise<Given> {
  const finishing = new AbortController();
  const working = workers.map(({ pipeline }) => pipeline.work({ finish: finishing.signal }));
  try {
    return await play();
  } finally {
    finishing.abort();
    await Promise.all(working);
  }
}

/**
 * Has everything come to its end once nothing goes wrong any more: every process looks once, since what it let go of may
 * be owed, and then the time of the hidden looks passes. Nobody's lease runs out, and nobody forgets what is in hand.
 */
export async function settleAll(processes: readonly PlayedProcess[], { schema }: Places): Promise<void> {
  for (const { pipeline } of processes) await pipeline.drainQueue();
  await schema.send("UPDATE {schema}.changes SET due_at = due_at - interval '2 hours'");
  for (const { pipeline } of processes) await pipeline.drainQueue();
}

/** Compares what is there with what is expected, and resolves to every difference. */
export async function findDifferences(
  places: Places,
  expected: readonly Expected[],
): Promise<readonly string[]> {
  const differences: string[] = [];
  const expect = (what: string, found: unknown, wanted: unknown) => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (a !== b) differences.push(`${what}: expected ${b} but found ${a}`);
  };
  const { db, stores, close } = openProcess(places);
  const list = async (store: typeof stores.originals, prefix: string) =>
    (await store.list(prefix)).items.map(({ key }) => key);
  const kept = expected.filter(({ bytes }) => bytes !== undefined);
  expect("originals", await list(stores.originals, ""), kept.map(({ key }) => key).sort());
  expect("changes", await places.schema.send("SELECT * FROM {schema}.changes"), []);
  const events = await db.eventLog.read({ limit: 1_000 });
  for (const { imageId, key, bytes, alt, wasRemoved } of expected) {
    const found = await db.records.get(imageId);
    expect(`${key} status`, found?.status, bytes ? "ready" : "removed");
    expect(`${key} alt`, found?.alt, alt);
    expect(`${key} outbox`, found?.outbox, undefined);
    expect(`${key} content`, found?.contentHash, bytes && computeSha256(bytes));
    const named = found?.renditions.map((rendition) => rendition.key).sort();
    expect(`${key} number of renditions`, named?.length, bytes ? 2 : 0);
    expect(`${key} renditions`, await list(stores.renditions, `${imageId}/`), named);
    const told = events.filter((event) => event.imageId === imageId && event.type !== "ImageEdited");
    expect(`${key} last event`, told.at(-1)?.type, bytes ? "ImageReady" : "ImageRemoved");
    expect(
      `${key} removal told`,
      told.some(({ type }) => type === "ImageRemoved"),
      wasRemoved,
    );
  }
  await close();
  return differences;
}
