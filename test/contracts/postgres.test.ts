import {
  type Closable,
  type Contract,
  changeQueueContract,
  type MakeHarness,
  metadataRepositoryContract,
  runContract,
} from "../../src/ports/contracts/index.js";
import { describeOnPostgres } from "../support/postgres/index.js";
import { chooseCount, SEED } from "../support/sample.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const runner = { it: takeSampleOfTests(4) };

/** Each case of a law sends its statements to a server. */
const TRIALS = { runs: chooseCount({ fast: 6, ordinary: 6, long: 25 }), seed: SEED };

/** Runs a contract of an adapter without gaps. */
const runLaws = <Harness extends Closable>(contract: Contract<Harness>, makeHarness: MakeHarness<Harness>) =>
  runContract(runner, contract, makeHarness, [], TRIALS);

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
      await schema.send("UPDATE {schema}.changes SET due_at = due_at - make_interval(secs => $1)", [seconds]);
    };
    return { queue: first.queue, restart, abandon, pass, close: () => last.close() };
  });
});
