import { setTimeout as timer } from "node:timers/promises";
import { local } from "../../../src/adapters/local/index.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { ImageRecord } from "../../../src/domain/model/image-record.js";
import { isRunning, waitUntilTrue } from "../processes.js";
import { findHalves, judgeDirectory, type Verdict } from "./verdict.js";

/** The exit code of a server that leaves work to its next start, as on a busy machine. */
const UNFINISHED = 3;

/** The last starts, each of which has the time of a shutdown to finish what the kills have left. */
const MOST_LAST_STARTS = 10;

/** A server that can be killed. */
export interface KillableServer {
  readonly url: string;
  getSettlerId(): number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null }>;
}

/** The result of a number of kills; `accepted` uploads had been answered with 202. */
export interface ServerDamage extends Verdict {
  readonly kills: number;
  readonly accepted: number;
}

/**
 * Kills a server at random moments while pictures are uploaded to it. Whatever was answered with 202 must be there
 * after the last starts, which are left to finish, and nothing else may be. `random` gives numbers from 0 to 1.
 */
export async function killServerRandomly(options: {
  serve: () => Promise<KillableServer>;
  data: string;
  kills: number;
  random: () => number;
  picture: (width: number) => Promise<{ bytes: Uint8Array; hash: string }>;
}): Promise<ServerDamage> {
  const { serve, data, kills, random, picture } = options;
  const accepted = new Map<string, string>();
  const half: string[] = [];
  for (let done = 0; done < kills; done += 1) {
    const server = await serve();
    const settler = server.getSettlerId();
    const stop = new AbortController();
    const uploads = [0, 1, 2].map(() => keepUploading(stop.signal, server.url, random, picture, accepted));
    await timer(100 + random() * 900);
    server.kill("SIGKILL");
    stop.abort();
    await Promise.all([server.ended, ...uploads]);
    await waitUntilTrue(() => !isRunning(settler));
    half.push(...(await findHalves(data)));
  }
  let code: number | null = UNFINISHED;
  for (let starts = 0; code === UNFINISHED && starts < MOST_LAST_STARTS; starts += 1) {
    const last = await serve();
    last.kill("SIGTERM");
    code = (await last.ended).code;
  }
  // An upload that was not answered may be there all the same: it is judged like any other.
  const verdict = await judgeDirectory(data, accepted);
  const wrong = code === 0 ? verdict.wrong : [...verdict.wrong, `the last server ended with ${code}`];
  return { ...verdict, kills, accepted: accepted.size, half: [...half, ...verdict.half], wrong };
}

/** The record in a data directory, looked up past every server. */
export async function readRecord(dir: string, imageId: string): Promise<ImageRecord | undefined> {
  const stores = local({ dir });
  try {
    return await stores.records.get(imageId as ImageId);
  } finally {
    stores.close();
  }
}

async function keepUploading(
  signal: AbortSignal,
  url: string,
  random: () => number,
  picture: (width: number) => Promise<{ bytes: Uint8Array; hash: string }>,
  accepted: Map<string, string>,
): Promise<void> {
  while (!signal.aborted) {
    const { bytes, hash } = await picture(100 + Math.floor(random() * 300));
    try {
      const answer = await fetch(`${url}/images`, { method: "POST", body: new Uint8Array(bytes) });
      if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
      const { key } = (await answer.json()) as { key: string };
      accepted.set(key, hash);
    } catch (error) {
      // The server is dead: who was not answered was promised nothing.
      if (!signal.aborted && !(error instanceof TypeError)) throw error;
      return;
    }
  }
}
