import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { drawTestImage } from "../images.js";
import { isRunning, listChildren, waitUntilTrue } from "../processes.js";
import { findHalves, judgeDirectory, readRecords, type Verdict } from "./verdict.js";

const COMMAND = resolve("dist", "entrypoints", "cli", "main.js");

/** The result of a number of kills. */
export interface Damage extends Verdict {
  readonly kills: number;
}

/**
 * Kills `safelight process` at random moments in runs over the same pictures, some of which are replaced now and
 * then. After each kill nothing half may be named; every few kills a run is left to its end, and everything must be
 * right. `random` gives numbers from 0 to 1.
 */
export async function killRandomly(options: {
  place: string;
  kills: number;
  images: number;
  random: () => number;
  onKill?: (kills: number) => void;
}): Promise<Damage> {
  const { place, kills, images, random, onKill = () => {} } = options;
  const damage = { kills: 0, lost: [] as string[], half: [] as string[], wrong: [] as string[] };
  const data = join(place, "data");
  while (damage.kills < kills) {
    rmSync(data, { recursive: true, force: true });
    const lot = new Map<string, string>();
    for (let index = 0; index < images; index += 1) await replace(place, index, random, lot);
    let longest = 1_000;
    for (let round = 0; round < 4 && damage.kills < kills; ) {
      const child = start(place);
      const killed = await killLater(child, 60 + random() * longest);
      if (killed) {
        damage.kills += 1;
        round += 1;
        onKill(damage.kills);
        damage.half.push(...(await findHalves(data)));
        if (random() < 0.3) await replace(place, Math.floor(random() * images), random, lot);
      } else {
        // The work was done before its time: there is something new to do, and less time for it.
        longest = Math.max(400, longest * 0.7);
        for (let index = 0; index < images; index += 2) await replace(place, index, random, lot);
      }
    }
    const [code] = await once(start(place), "exit");
    if (code !== 0) damage.wrong.push(`the last run ended with ${code}`);
    const { lost, half, wrong } = await judgeDirectory(data, lot);
    damage.lost.push(...lost);
    damage.half.push(...half);
    damage.wrong.push(...wrong);
    const before = await formatSettled(data);
    await once(start(place), "exit");
    if ((await formatSettled(data)) !== before) damage.wrong.push("a second run did something");
  }
  return damage;
}

/** All that the records say. A run that finds nothing to do moves their versions on, and nothing else. */
async function formatSettled(data: string): Promise<string> {
  const records = (await readRecords(data)).map(({ version: _v, edition: _e, ...rest }) =>
    JSON.stringify(rest),
  );
  return records.sort().join("\n");
}

/** A generator of numbers from 0 to 1 that a seed determines (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function start(place: string): ChildProcess {
  return spawn(
    process.execPath,
    [COMMAND, "process", "photos", "--prefix", "photos/", "--data", "data", "--concurrency", "4"],
    {
      cwd: place,
      stdio: "ignore",
    },
  );
}

/** Whether the process was killed before it came to its end; resolves once its workers are gone, too. */
async function killLater(child: ChildProcess, milliseconds: number): Promise<boolean> {
  const ended = once(child, "exit");
  let workers: readonly number[] = [];
  const timer = setTimeout(() => {
    if (child.pid !== undefined) workers = listChildren(child.pid);
    child.kill("SIGKILL");
  }, milliseconds);
  const [, signal] = await ended;
  clearTimeout(timer);
  await waitUntilTrue(() => !workers.some(isRunning));
  return signal === "SIGKILL";
}

async function replace(place: string, index: number, random: () => number, lot: Map<string, string>) {
  const width = 80 + Math.floor(random() * 400);
  const bytes = await drawTestImage({ width, height: 60 + index, format: index % 4 === 0 ? "png" : "jpeg" });
  const name = `IMG_${index}.jpg`;
  mkdirSync(join(place, "photos"), { recursive: true });
  writeFileSync(join(place, "photos", name), bytes);
  lot.set(`photos/${name}`, computeSha256(bytes));
}
