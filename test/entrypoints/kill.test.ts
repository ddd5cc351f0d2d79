import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { local } from "../../src/adapters/local/index.js";
import { sharpEngine } from "../../src/adapters/sharp/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { drawTestImage } from "../support/images.js";
import type { Failpoint } from "../support/kill/failpoints.js";
import { createRandom, killRandomly } from "../support/kill/random-kills.js";
import { saltStore } from "../support/kill/salt-store.js";
import { CAST } from "../support/kill/story.js";
import { findHalves, judgeDirectory } from "../support/kill/verdict.js";
import { chooseCount, SEED, takeSample } from "../support/sample.js";
import { buildCommand } from "./cli/run-command.js";

const WORDS = [
  "--disable-warning=ExperimentalWarning",
  "--import",
  pathToFileURL(resolve("test", "support", "typescript-loader.mjs")).href,
  resolve("test", "support", "kill", "killable.ts"),
];
const KILLS = chooseCount({ fast: 2, ordinary: 2, long: 10 });
const NOTHING = { lost: [], half: [], wrong: [] };

/** Calls that change nothing: a death after one is the death before the next call. */
const READS = /^engine\.|\.(?:get|head|list)$/;

/** Children at a time. */
const AT_A_TIME = 3;

describe("a local pipeline that is killed", () => {
  let place: string;
  let pictures: string;

  beforeAll(async () => {
    buildCommand();
    place = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "safelight-kill-"));
    pictures = join(place, "pictures");
    mkdirSync(pictures);
    for (const [index, name] of CAST.entries())
      writeFileSync(join(pictures, `${name}.jpg`), await drawTestImage({ width: 90 + index, height: 60 }));
  });

  afterAll(() => rmSync(place, { recursive: true, force: true }));

  /** Settles what is open, and resolves to how much that was. */
  async function drainQueue(dir: string): Promise<number> {
    const adapters = local({ dir });
    try {
      const ports = { ...adapters, originals: saltStore(adapters.originals), engine: sharpEngine() };
      const { settled, failed } = await definePipeline(ports).drainQueue();
      expect(failed).toBe(0);
      return settled;
    } finally {
      adapters.close();
    }
  }

  async function runUntilFailpoint(failpoint: Failpoint, dir: string): Promise<void> {
    const child = spawn(process.execPath, [...WORDS, dir, pictures, JSON.stringify(failpoint)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [, signal] = await once(child, "exit");
    expect({ failpoint, signal }).toEqual({ failpoint, signal: "SIGKILL" });
    expect(await findHalves(dir)).toEqual([]);
    await drainQueue(dir);
    expect({ failpoint, ...(await judgeDirectory(dir, undefined, saltStore)) }).toEqual({
      failpoint,
      ...NOTHING,
    });
    expect(await drainQueue(dir)).toBe(0);
    rmSync(dir, { recursive: true, force: true });
  }

  it("is complete again after a restart, wherever it was killed, even if each write has another etag", async () => {
    const whole = join(place, "whole");
    const { stdout } = await promisify(execFile)(process.execPath, [...WORDS, whole, pictures]);
    expect(await judgeDirectory(whole, undefined, saltStore)).toEqual(NOTHING);
    const counts = JSON.parse(stdout) as [string, number][];
    expect(counts.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "records.commit",
        "renditions.put",
        "renditions.deleteAll",
        "fs.renameSync",
        "fs.unlinkSync",
        "events.publish",
      ]),
    );
    const failpoints = counts.flatMap(([name, count]): Failpoint[] => {
      const before = { name, when: "before" as const, nth: Math.ceil(count / 2) };
      return READS.test(name) ? [before] : [before, { name, when: "after", nth: Math.ceil(count / 3) }];
    });
    const left = takeSample(failpoints, 8).entries();
    const runWorker = async () => {
      for (const [index, failpoint] of left) await runUntilFailpoint(failpoint, join(place, `${index}`));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, runWorker));
  });

  it("loses nothing to kills of the command at random moments", async () => {
    const damage = await killRandomly({
      place: join(place, "random"),
      kills: KILLS,
      images: 8,
      random: createRandom(SEED),
    });
    expect(damage).toEqual({ kills: KILLS, ...NOTHING });
  });
});
