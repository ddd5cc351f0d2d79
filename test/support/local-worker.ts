import { writeFileSync } from "node:fs";
import { openDataDirectory } from "../../src/adapters/local/data-directory.js";
import { local } from "../../src/adapters/local/index.js";

/** Does in another process, on a data directory, the work that the first argument names. */
const [verb = "", dir = "", name = ""] = process.argv.slice(2);
const { originals, queue } = local({ dir });

const programs: Readonly<Record<string, () => Promise<void>>> = {
  /** Takes a change, makes another, and leaves a file half-written; then waits to be killed. */
  async work() {
    await originals.put("taken", Buffer.from("1"), { contentType: "text/plain" });
    await queue.receive({ limit: 1 });
    await originals.put("made", Buffer.from("2"), { contentType: "text/plain" });
    writeFileSync(openDataDirectory(dir).createTemporaryPath(), "half of a fi");
    process.stdout.write("ready\n");
    setInterval(() => {}, 1_000);
  },

  /** Puts and deletes without an end and says what has resolved. */
  async churn() {
    for (let count = 0; ; count += 1) {
      const key = `key ${count % 3}`;
      const { etag } = await originals.put(key, createContent(count), { contentType: `text/${count}` });
      process.stdout.write(`${JSON.stringify({ key, etag, count })}\n`);
      if (count % 5 === 4) await originals.delete("key 1");
    }
  },

  /** Puts fifty times under one key. */
  async race() {
    for (let count = 0; count < 50; count += 1)
      await originals.put("k", Buffer.from(`${name} ${count}`), { contentType: `text/${name}-${count}` });
    process.stdout.write("done\n");
    setInterval(() => {}, 1_000);
  },
};

function createContent(count: number): Uint8Array {
  return new Uint8Array(40_000).fill(count % 251);
}

await programs[verb]?.();
