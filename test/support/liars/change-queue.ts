import { memory } from "../../../src/adapters/memory/index.js";
import type { ImageRequest } from "../../../src/domain/model/change.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { QueueMeasurement } from "../../../src/domain/model/pipeline-status.js";
import { version } from "../../../src/domain/model/version.js";
import type { ChangeQueue } from "../../../src/ports/change-queue.js";
import type { ChangeQueueHarness } from "../../../src/ports/contracts/index.js";
import { type Liar, replaceMethods } from "./liar.js";

/** A liar that spoils the queue, whoever opens it. */
function createLiar(
  law: string,
  lie: string,
  spoil: (honest: ChangeQueue) => Partial<ChangeQueue>,
): Liar<ChangeQueueHarness> {
  return {
    law,
    lie,
    build: (honest) => {
      const queue = replaceMethods(honest.queue, spoil(honest.queue));
      const abandon = async () => {
        await honest.abandon?.();
        return queue;
      };
      return { ...honest, queue, abandon };
    },
  };
}

/** The parts of a request that a queue may lose. */
const FORGOTTEN: readonly (readonly [what: string, forget: (ask: ImageRequest) => ImageRequest])[] = [
  ["that an ask is forced", (ask) => dropFlag(ask, "force")],
  ["that the CDN is to drop what it holds", (ask) => dropFlag(ask, "invalidate")],
  ["to invalidate where it forces", (ask) => ("force" in ask ? dropFlag(ask, "invalidate") : ask)],
  ["from which store a version is", (ask) => ({ ...ask, version: version({ ...ask.version, epoch: 0 }) })],
];

const COUNTING =
  "measure, where a queue has it, counts what waits, and apart from it what somebody alive is working on";

/** The mistakes that a measurement may make. */
const MEASURING_LIES: readonly (readonly [
  law: string,
  lie: string,
  measure: (honest: ChangeQueue) => Promise<QueueMeasurement>,
])[] = [
  [
    COUNTING,
    "counts what is worked on among what waits",
    async (honest) => {
      const found = await measureHonestly(honest);
      return { ...found, waiting: found.waiting + found.inFlight };
    },
  ],
  [
    COUNTING,
    "counts nothing that is worked on",
    async (honest) => ({ ...(await measureHonestly(honest)), inFlight: 0 }),
  ],
  [
    "measure, where a queue can tell, says since when the oldest change is there",
    "says when it was asked",
    async (honest) => ({ ...(await measureHonestly(honest)), oldest: new Date().toISOString() }),
  ],
];

async function measureHonestly(honest: ChangeQueue): Promise<QueueMeasurement> {
  if (honest.measure === undefined) throw new Error("expected an honest queue that can be measured");
  return honest.measure();
}

/** Broken queues. */
export const changeQueueLiars: readonly Liar<ChangeQueueHarness>[] = [
  createLiar("send adds an ask, which comes out as it went in", "trims the key", (honest) => ({
    send: (ask) => honest.send({ ...ask, key: ask.key.trim() }),
  })),
  createLiar(
    "send adds an ask, which comes out as it went in",
    "writes sequencers in capitals",
    (honest) => ({
      send: (ask) => {
        const { sequencer, ...place } = ask.version;
        return honest.send({ ...ask, version: version({ ...place, sequencer: sequencer.toUpperCase() }) });
      },
    }),
  ),
  ...FORGOTTEN.map(([what, forget]) =>
    createLiar("send adds an ask, which comes out as it went in", `forgets ${what}`, (honest) => ({
      send: (ask) => honest.send(forget(ask)),
    })),
  ),
  {
    law: "an ask is durable once send resolves",
    lie: "keeps the asks in memory",
    build: (honest) => ({ ...honest, restart: async () => memory().queue }),
  },
  createLiar("sending an equal ask again adds another one", "drops an ask that it knows", (honest) => {
    const known = new Set<string>();
    return {
      send: async (ask) => {
        const text = JSON.stringify(ask);
        if (!known.has(text)) await honest.send(ask);
        known.add(text);
      },
    };
  }),
  createLiar(
    "postpone, where a queue has it, adds a request that is handed out when its time has come, as it went in",
    "does not wait",
    (honest) => ({ postpone: (request) => honest.send(request) }),
  ),
  createLiar(
    "postpone, where a queue has it, adds a request that is handed out when its time has come, as it went in",
    "forgets what is not due",
    () => ({ postpone: async () => {} }),
  ),
  createLiar(
    "postpone, where a queue has it, adds a request that is handed out when its time has come, as it went in",
    "forgets that a postponed request is forced",
    (honest) => ({ postpone: async (ask, options) => honest.postpone?.(dropFlag(ask, "force"), options) }),
  ),
  createLiar(
    "receive hands out changes that nobody alive is working on",
    "hands a change to everybody",
    (honest) => ({
      receive: async (options) => {
        const deliveries = await honest.receive(options);
        for (const { id } of deliveries) await honest.release(id);
        return deliveries;
      },
    }),
  ),
  createLiar("receive hands out the oldest changes first", "hands out the newest first", (honest) => ({
    receive: async ({ limit, ...options }) => {
      const all = [...(await honest.receive({ ...options, limit: 1_000 }))].reverse();
      for (const { id } of all.slice(limit)) await honest.release(id);
      return all.slice(0, limit);
    },
  })),
  createLiar("receive hands out at most limit changes", "hands out all it has", (honest) => ({
    receive: (options) => honest.receive({ ...options, limit: 1_000 }),
  })),
  createLiar(
    "receiveByKey, where a queue has it, hands out only changes of the key, as receive would",
    "takes the key for a prefix",
    (honest) => ({
      receiveByKey: async (key, options) => {
        const all = await honest.receive(options);
        for (const { id, change } of all) if (!change.key.startsWith(key)) await honest.release(id);
        return all.filter(({ change }) => change.key.startsWith(key));
      },
    }),
  ),
  createLiar(
    "watch, where a queue has it, tells of what is sent and of what is released, until it is ended",
    "tells once",
    (honest) => ({
      watch: (onAvailable) => {
        const unwatch = honest.watch?.(() => {
          unwatch?.();
          onAvailable();
        });
        return () => unwatch?.();
      },
    }),
  ),
  createLiar(
    "watch, where a queue has it, tells of what is sent and of what is released, until it is ended",
    "does not stop",
    (honest) => ({
      watch: (onAvailable) => {
        honest.watch?.(onAvailable);
        return () => {};
      },
    }),
  ),
  createLiar(
    "watch, where a queue has it, tells of what is sent and of what is released, until it is ended",
    "does not tell of a release",
    (honest) => {
      let isSilent = false;
      return {
        watch: (onAvailable) => honest.watch?.(() => isSilent || onAvailable()) ?? (() => {}),
        release: async (id) => {
          isSilent = true;
          await honest.release(id);
          isSilent = false;
        },
      };
    },
  ),
  createLiar(
    "receive resolves to an empty list when there are no changes",
    "finds an empty queue wrong",
    (honest) => ({
      receive: async (options) => {
        const deliveries = await honest.receive(options);
        if (deliveries.length === 0) throw new SafelightError("not-found", "there is no such change");
        return deliveries;
      },
    }),
  ),
  createLiar(
    "attempt counts how often a change was handed out",
    "always says that it is the first time",
    (honest) => ({
      receive: async (options) =>
        (await honest.receive(options)).map((delivery) => ({ ...delivery, attempt: 1 })),
    }),
  ),
  {
    law: "a change is handed out again when its receiver died",
    lie: "waits for the dead",
    build: (honest) => ({ ...honest, abandon: async () => honest.queue }),
  },
  createLiar(
    "a change is handed out again when its receiver released it",
    "does not listen to a release",
    () => ({
      release: async () => {},
    }),
  ),
  createLiar(
    "a change stays until it is acknowledged, whatever happens to whoever received it",
    "drops a change that was handed out three times",
    (honest) => ({
      receive: async (options) => {
        const deliveries = await honest.receive(options);
        for (const { id, attempt } of deliveries) if (attempt >= 3) await honest.acknowledge(id);
        return deliveries;
      },
    }),
  ),
  createLiar(
    "an acknowledged change is never handed out again",
    "does not listen to an acknowledgement",
    () => ({
      acknowledge: async () => {},
    }),
  ),
  createLiar(
    "acknowledging again, or an id that is gone, is success",
    "insists on a change to acknowledge",
    (honest) => {
      const gone = new Set<string>();
      return {
        acknowledge: async (id) => {
          if (gone.has(id)) throw createNotFound();
          gone.add(id);
          await honest.acknowledge(id);
        },
      };
    },
  ),
  ...MEASURING_LIES.map(([law, lie, measure]) =>
    createLiar(law, lie, (honest) => ({ measure: async () => measure(honest) })),
  ),
  createLiar("releasing an id that is gone is success", "insists on a change to release", (honest) => {
    const gone = new Set<string>();
    return {
      acknowledge: async (id) => {
        gone.add(id);
        await honest.acknowledge(id);
      },
      release: async (id) => {
        if (gone.has(id)) throw createNotFound();
        await honest.release(id);
      },
    };
  }),
];

function dropFlag(ask: ImageRequest, name: "force" | "invalidate"): ImageRequest {
  const { [name]: _, ...rest } = { force: undefined, invalidate: undefined, ...ask };
  return Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as unknown as ImageRequest;
}

function createNotFound(): SafelightError {
  return new SafelightError("not-found", "there is no such change");
}
