import { MemoryBlobStore } from "../../src/adapters/memory/index.js";
import {
  blobStoreContract,
  type Closable,
  type Contract,
  changeQueueContract,
  eventLogContract,
  eventPublisherContract,
  type Gap,
  type MakeHarness,
  metadataRepositoryContract,
  originalChangesContract,
  runContract,
} from "../../src/ports/contracts/index.js";
import { describeOnPostgres } from "../support/postgres/index.js";
import { chooseCount, SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const runner = { it: takeSampleOfTests(4) };

/** Each case of a law sends its statements to a server. */
const TRIALS = { runs: chooseCount({ fast: 6, ordinary: 6, long: 12 }), seed: SEED };

/** Runs a contract of an adapter. */
const runLaws = <Harness extends Closable>(
  contract: Contract<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[] = [],
) => runContract(runner, contract, makeHarness, gaps, TRIALS);

const MEMORY = "the store that is kept in order here is one in memory";

describeOnPostgres("on PostgreSQL", (getSchema) => {
  runLaws(metadataRepositoryContract, async () => {
    const schema = getSchema();
    await schema.clear();
    const first = schema.open();
    let last = first;
    const restart = async () => {
      await last.close();
      last = schema.open();
      return last.records;
    };
    const openUnreachable = async () => {
      await last.close();
      last = schema.open({ connectionString: "postgresql://127.0.0.1:1/nowhere" });
      return last.records;
    };
    return { records: first.records, restart, openUnreachable, close: () => last.close() };
  });

  runLaws(changeQueueContract, async () => {
    const schema = getSchema();
    await schema.clear();
    const first = schema.open();
    let last = first;
    const restart = async () => {
      await last.close();
      last = schema.open();
      return last.queue;
    };
    const abandon = async () => {
      const queue = await restart();
      await schema.send("UPDATE {schema}.receivers SET alive_until = now() - interval '1 second'");
      return queue;
    };
    const pass = async (seconds: number) => {
      await schema.send(
        "UPDATE {schema}.changes SET due_at = due_at - make_interval(secs => $1), came_at = came_at - make_interval(secs => $1)",
        [seconds],
      );
    };
    return { queue: first.queue, restart, abandon, pass, close: () => last.close() };
  });

  runLaws(eventPublisherContract, async () => {
    const schema = getSchema();
    await schema.clear();
    const { events, eventLog, close } = schema.open();
    return { events, readPublished: () => eventLog.read({ limit: 1_000 }), close };
  });

  runLaws(eventLogContract, async () => {
    const schema = getSchema();
    await schema.clear();
    const first = schema.open();
    const other = schema.open();
    const restart = async () => {
      await first.close();
      return other.eventLog;
    };
    const { events, eventLog } = first;
    return {
      events,
      eventLog,
      publishElsewhere: (event) => other.events.publish(event),
      restart,
      close: () => Promise.all([first.close(), other.close()]).then(() => {}),
    };
  });

  runLaws(originalChangesContract, async () => {
    const schema = getSchema();
    await schema.clear();
    // The store outlives the process, as one that others run does; its own changes tell nobody.
    const store = new MemoryBlobStore({ etags: "by-write" });
    let last = schema.open();
    const connect = () => ({ ...last.keepOrder({ originals: store }), queue: last.queue });
    const restart = async () => {
      await last.close();
      last = schema.open();
      return connect();
    };
    return { ...connect(), looks: true as const, restart, close: () => last.close() };
  });

  runLaws({ ...blobStoreContract, name: "BlobStore that is kept in order" }, async () => {
    const ports = getSchema().open();
    const { originals } = ports.keepOrder({ originals: new MemoryBlobStore() });
    return { store: originals, close: () => ports.close() };
  }, [
    { law: "a put is durable once it resolves", reason: MEMORY },
    {
      law: "after a crash in the middle of a put the old blob or the new one is there whole",
      reason: MEMORY,
    },
    { law: "every method throws unavailable when the store cannot be reached", reason: MEMORY },
    { law: "every method throws unavailable when the store refuses its own caller", reason: MEMORY },
  ]);
});
