import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { deriveImageId, type ImageId } from "../../../src/domain/model/image-id.js";
import {
  type FolderWatch,
  type FolderWatchOptions,
  watchFolder,
} from "../../../src/entrypoints/server/watch-folder.js";
import { waitUntilTrue } from "../../support/processes.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const it = takeSampleOfTests(3);

let dir: string;
let folder: string;
let watches: FolderWatch[];
let uploads: string[];
let removals: ImageId[];
let log: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "safelight-watch-"));
  folder = join(dir, "photos");
  mkdirSync(folder);
  mkdirSync(join(dir, "data"));
  [watches, uploads, removals, log] = [[], [], [], []];
});
afterEach(async () => {
  for (const watch of watches) await watch.close();
  rmSync(dir, { recursive: true });
});

type Upload = FolderWatchOptions["pipeline"]["upload"];

/** Watches the folder, by comparisons that follow each other quickly. */
async function startWatching({
  upload = async ({ key }) => deriveImageId(key),
  ...options
}: Partial<FolderWatchOptions> & { upload?: Upload } = {}): Promise<void> {
  const watch = await watchFolder({
    folder,
    dataDir: join(dir, "data"),
    maxBytes: 1_000,
    room: async () => {},
    onAccepted: () => {},
    log: (_level, message, fields) => log.push(`${message} ${JSON.stringify(fields)}`),
    intervals: { quiet: 50, event: 50, trouble: 50 },
    pipeline: {
      async upload(input, how) {
        const imageId = await upload(input, how);
        uploads.push(input.key);
        return imageId;
      },
      async requestRemoval(imageId) {
        removals.push(imageId);
        return undefined;
      },
    },
    ...options,
  });
  watches.push(watch);
}

/** A system whose events are all lost. */
const startDeafWatch = () => ({ close() {} });

const write = (name: string | Buffer, content = "a picture") =>
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]), content);

const waitForUploads = (...keys: string[]) => waitUntilTrue(() => keys.every((key) => uploads.includes(key)));

describe("the watch of a folder", () => {
  it("notices files whose every event was lost: added, replaced, moved and removed", async () => {
    await startWatching({ startWatch: startDeafWatch });
    write("a.jpg");
    await waitForUploads("a.jpg");
    write("a.jpg", "another picture");
    await waitUntilTrue(() => uploads.length === 2);
    renameSync(join(folder, "a.jpg"), join(folder, "b.jpg"));
    await waitForUploads("b.jpg");
    await waitUntilTrue(() => removals.includes(deriveImageId("a.jpg")));
    unlinkSync(join(folder, "b.jpg"));
    await waitUntilTrue(() => removals.includes(deriveImageId("b.jpg")));
    expect(uploads).toEqual(["a.jpg", "a.jpg", "b.jpg"]);
  });

  it("goes on by looking where the system has no watch left, says so once, and watches again when it has", async () => {
    let isExhausted = true;
    let asked = 0;
    mkdirSync(join(folder, "2024"));
    await startWatching({
      startWatch: () => {
        asked += 1;
        if (isExhausted) throw Object.assign(new Error("no watch left"), { code: "ENOSPC" });
        return { close() {} };
      },
    });
    write("2024/a.jpg");
    await waitForUploads("2024/a.jpg");
    unlinkSync(join(folder, "2024", "a.jpg"));
    await waitUntilTrue(() => removals.length === 1);
    expect(log.filter((line) => line.includes("cannot all be watched"))).toHaveLength(1);
    isExhausted = false;
    asked = 0;
    await waitUntilTrue(() => asked === 2);
  });

  it("takes one watch of the system for a folder, however many files lie in it", async () => {
    for (const name of ["2023", "2024"]) mkdirSync(join(folder, name));
    for (let index = 0; index < 20; index += 1) write(`2024/${index}.jpg`);
    const watched: string[] = [];
    await startWatching({
      startWatch(path) {
        watched.push(path);
        return { close() {} };
      },
    });
    await waitUntilTrue(() => uploads.length === 20);
    expect(watched.sort()).toEqual([folder, join(folder, "2023"), join(folder, "2024")]);
  });

  it("gives no file up that could not be stored, says the reason once, and reads one that never can be once", async () => {
    let attempts = 0;
    let refused = 0;
    write("a.jpg");
    write("never.jpg");
    await startWatching({
      async upload({ key }) {
        if (key === "never.jpg") refused += 1;
        if (key === "never.jpg") throw new SafelightError("invalid-input", "not this one");
        attempts += 1;
        if (attempts < 3) throw new SafelightError("unavailable", "the disk is full");
        return deriveImageId(key);
      },
    });
    await waitForUploads("a.jpg");
    expect(attempts).toBe(3);
    expect(refused).toBe(1);
    expect(log.filter((line) => line.includes("disk is full"))).toHaveLength(1);
  });

  it("reports a name that is not UTF-8 once, and takes in what lies beside it", async () => {
    write(Buffer.from("caf\xe9.jpg", "latin1"));
    await startWatching();
    write("z.jpg");
    await waitForUploads("z.jpg");
    const told = log.filter((line) => line.includes("not UTF-8"));
    expect(told).toEqual([expect.stringContaining("caf\\\\xE9.jpg")]);
    expect(uploads).toEqual(["z.jpg"]);
  });

  it("removes nothing when another folder lies there, and follows that one", async () => {
    write("a.jpg");
    await startWatching();
    await waitForUploads("a.jpg");
    renameSync(folder, join(dir, "kept"));
    mkdirSync(folder);
    write("b.jpg");
    await waitForUploads("b.jpg");
    unlinkSync(join(folder, "b.jpg"));
    await waitUntilTrue(() => removals.length > 0);
    expect(removals).toEqual([deriveImageId("b.jpg")]);
  });
});
