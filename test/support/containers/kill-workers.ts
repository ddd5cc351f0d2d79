import { setTimeout } from "node:timers/promises";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import {
  compose,
  noEngineModule,
  postgresAdapters,
  postgresModule,
} from "../../../src/entrypoints/container/index.js";
import { s3Module } from "../../../src/entrypoints/container/s3-module.js";
import { drawTestImage } from "../images.js";
import type { S3StoreServer } from "../s3-stores/server.js";
import type { WorkersRun } from "./judge-workers.js";
import { startCommand } from "./running-command.js";
import type { SharedStores } from "./shared-stores.js";
import { WorkerFleet } from "./worker-fleet.js";

/** Options of {@link killWorkers}. */
export interface KillOptions {
  readonly store: S3StoreServer;
  readonly stores: SharedStores;
  readonly workers: number;
  readonly uploads: number;
  readonly kills: number;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** Whether nobody waits for the signs of life of those who were killed. */
  readonly forget: boolean;
}

/** A run, and what the doctor says of its end. */
export interface KilledRun extends WorkersRun {
  readonly kills: number;
  /** Notifications of originals that had been rendered and committed already. */
  readonly duplicates: number;
  readonly diagnoses: readonly unknown[];
}

const CONCURRENCY = 2;

/** Uploads under way at a time. */
const UPLOADING = 4;

/** The share of the images whose change is told of again after it was committed. */
const TOLD_AGAIN = 0.2;

const SECRET = "a-secret-of-the-store";

/**
 * Uploads through one API process, while workers are killed at random moments and others start in their place, and the
 * store tells again of what is committed; resolves once nothing is left to do.
 */
export async function killWorkers(options: KillOptions): Promise<KilledRun> {
  const { stores, workers, uploads, kills, random, forget } = options;
  const composition = await openStores(options);
  const api = await startCommand(
    ["serve", "--port", "0", "--no-work", "--max-waiting", "1000000"],
    /^listening on (http:\S+)$/,
    { env: stores.settings },
  );
  const fleet = new WorkerFleet(stores, { concurrency: CONCURRENCY });
  const accepted: string[] = [];
  const later: Promise<void>[] = [];
  const duplicates = new Set<string>();
  let killing = Promise.resolve();
  try {
    const due = Array.from({ length: kills }, () => random() * uploads * 0.9).sort((a, b) => b - a);
    fleet.watch(({ imageId, outcome }) => {
      if (outcome === "ready" && random() < TOLD_AGAIN && !duplicates.has(imageId)) {
        duplicates.add(imageId);
        later.push(composition.tellAgain(imageId));
      }
      while (due.length > 0 && fleet.settled.length >= Number(due.at(-1))) {
        due.pop();
        // Not only right after a settlement: at any moment of the next ones.
        killing = killing.then(async () => {
          await setTimeout(random() * 60);
          await fleet.kill(Math.floor(random() * workers), { forget });
          await fleet.add();
        });
      }
    });
    for (let count = 0; count < workers; count += 1) await fleet.add();
    const picture = new Uint8Array(await drawTestImage({ width: 320, height: 240 }));
    let begun = 0;
    const uploadInTurn = async () => {
      while (begun < uploads) {
        begun += 1;
        accepted.push(await uploadPicture(api.address, picture));
      }
    };
    await Promise.all(Array.from({ length: UPLOADING }, uploadInTurn));
    while (due.length > 0 || (await fleet.countOpen()) > 0) {
      await setTimeout(50);
      await killing;
      await Promise.all(later.splice(0));
    }
    const statuses = await composition.readStatuses();
    const diagnoses = await composition.diagnose();
    const mostUncounted = kills * CONCURRENCY;
    const { settled } = fleet;
    return { accepted, statuses, settled, mostUncounted, kills, duplicates: duplicates.size, diagnoses };
  } finally {
    await killing.catch(() => {});
    await fleet.close();
    api.kill("SIGTERM");
    await api.ended;
    await composition.close();
  }
}

async function uploadPicture(url: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const answer = await fetch(`${url}/images`, { method: "POST", body: bytes });
  if (answer.status !== 202) throw new Error(`expected 202 but received ${answer.status}`);
  return ((await answer.json()) as { imageId: string }).imageId;
}

/** The stores as one more process would have them: for the store's own notifications, and for who looks at the end. */
async function openStores({ store, stores }: KillOptions) {
  const { SAFELIGHT_ORIGINALS_BUCKET: originals = "", SAFELIGHT_RENDITIONS_BUCKET: renditions = "" } =
    stores.settings;
  const { endpoint, credentials } = store;
  const { pipeline, get, close } = await compose(
    s3Module({ client: { endpoint, credentials }, originals, renditions, baseUrl: "https://images.example" }),
    postgresModule({ connectionString: stores.connectionString, schema: stores.schema, connections: 3 }),
    noEngineModule(),
  );
  const notify = get(postgresAdapters).createNotificationHandler({ secret: SECRET, bucket: originals });
  return {
    close,
    diagnose: () => pipeline.doctor({ graceMs: 0 }),
    async tellAgain(imageId: string) {
      const image = await pipeline.get(imageId as ImageId);
      const record = {
        s3: { bucket: { name: originals }, object: { key: encodeURIComponent(image?.key ?? "") } },
      };
      await notify(
        new Request("http://store.example/", {
          method: "POST",
          headers: { authorization: `Bearer ${SECRET}` },
          body: JSON.stringify({ Records: [record] }),
        }),
      );
    },
    async readStatuses() {
      const statuses = new Map<string, string>();
      let cursor: string | undefined;
      do {
        const page = await pipeline.list({ limit: 100, ...(cursor && { cursor }) });
        for (const { imageId, status } of page.items) statuses.set(imageId, status);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return statuses;
    },
  };
}
