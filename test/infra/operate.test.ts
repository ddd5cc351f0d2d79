import { basename } from "node:path";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ApiProps } from "../../infra/props/api-props.js";
import type { Pipeline } from "../../src/domain/pipeline.js";
import { buildCommand, Workplace } from "../entrypoints/cli/run-command.js";
import { createInventory } from "../support/cloud/inventory.js";
import { createUnderOwnKeys } from "../support/infra/brought-under-keys.js";
import { CASES } from "../support/infra/cases.js";
import {
  createSettler,
  DAMAGE,
  damageDeployment,
  KEYS,
  putUntold,
} from "../support/infra/damaged-deployment.js";
import { addKeyUse } from "../support/infra/key-use.js";
import { STACK, startOperated } from "../support/infra/operated-pipeline.js";
import { createMutants, findPrivilegeFaults, type Observed } from "../support/infra/privileges.js";
import type { Props } from "../support/infra/synthesize.js";
import { takeSample } from "../support/sample.js";

const OWNED = { uploads: { owner: "key" } } as const;

/** Each with everything that an operator may have to do with; images have owners and tags, so that they have rows of their own. */
const DEPLOYMENTS: Readonly<Record<string, (publicKey: string) => Props>> = {
  "as it is by default": () => ({ configuration: OWNED, searchByName: true }),
  "with signed URLs, and keys for all there is": (publicKey) => (stack) => {
    const { configuration, ...props } = CASES.customized(stack);
    const { signedUrls } = props.cdn || {};
    const cdn = { ...props.cdn, ...(signedUrls && { signedUrls: { ...signedUrls, publicKey } }) };
    const api = { ...props.api } as ApiProps;
    return {
      ...props,
      ...createUnderOwnKeys(stack),
      configuration: { ...Object(configuration), ...OWNED },
      cdn,
      api,
    };
  },
};

describe.each(takeSample(Object.entries(DEPLOYMENTS), 2))(
  "safelight --aws on a deployment %s",
  (_, props) => {
    let operated: Awaited<ReturnType<typeof startOperated>>;
    let place: Workplace;
    let pipeline: Pipeline;

    beforeAll(async () => {
      buildCommand();
      operated = await startOperated(props);
      place = new Workplace();
      place.write("safelight.config.json", operated.configuration);
      const { cloud, configuration, findOutput } = operated;
      pipeline = createSettler(cloud, configuration, String(findOutput("EngineVersion")));
    }, 120_000);

    afterAll(async () => {
      place?.remove();
      await operated?.close();
    });

    const run = (...words: readonly string[]) => place.start(words, { env: operated.env }).finished;
    const runDeployed = (...words: readonly string[]) => run(...words, "--aws", STACK, "--grace", "0");
    const plan = async () => JSON.parse((await runDeployed("plan", "--all", "--json")).stdout);

    it("imports what nobody told the pipeline of, and leaves the processing to its functions", async () => {
      const { cloud } = operated;
      for (const key of KEYS) await putUntold(cloud, key);
      const imported = await runDeployed("import");
      expect(imported.stdout).toContain("0 closed, 3 requested");
      expect(imported.code).toBe(0);
      await pipeline.drainQueue();
      expect(await plan()).toMatchObject({ images: 0 });
    });

    it("plans, with a bill, and closes every kind of damage; the second plan is empty", async () => {
      const { cloud } = operated;
      await damageDeployment(cloud, pipeline);
      const planned = await plan();
      expect(planned.findings).toMatchObject(DAMAGE);
      expect(planned.bill.length).toBeGreaterThan(0);
      const done = await runDeployed("reconcile", "--rate", "1000/s");
      expect(done.stderr).not.toContain("could not finish");
      expect(done.code).toBe(0);
      await pipeline.drainQueue();
      expect(await plan()).toMatchObject({ images: 0 });
    });

    it("imports by an inventory, which may be of another day", async () => {
      const { cloud } = operated;
      await putUntold(cloud, "ben/listed.png");
      const rows = ["ben/listed.png", "ben/gone.png", KEYS[1]].map((Key) => ({ Key }));
      const manifest = { sourceBucket: cloud.options.originals };
      const inventory = createInventory([rows], ["Bucket", "Key"], { manifest });
      for (const [key, bytes] of inventory.files) place.write(`inventory/${basename(key)}`, bytes);
      const path = place.write("inventory/manifest.json", inventory.manifest);
      const imported = await runDeployed("import", "--inventory", path);
      expect(imported.stdout).toContain("1 image differed: 0 closed, 1 requested");
      await pipeline.drainQueue();
      expect(await plan()).toMatchObject({ images: 0 });
      place.write("safelight-data/originals/a.png", "");
      place.write("plain.json", "{}");
      const refused = await run("import", "--inventory", path, "--config", "plain.json");
      expect(refused.stderr).toContain("expected --aws <stack> (required by --inventory)");
    });

    it("redrives", async () => {
      const { cloud } = operated;
      const MessageBody = JSON.stringify({ hello: 1 });
      await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: cloud.deadUrl, MessageBody }));
      const { code, stdout } = await run("redrive", "--aws", STACK, "--send");
      expect([code, stdout.split("\n").at(-2)]).toEqual([0, "1 dead letter sent back"]);
    });

    it("does so by the rights of grantOperate, each of which it needs", () => {
      const observed: Observed = {
        roles: { operator: operated.statements },
        needed: { operator: addKeyUse(operated, operated.needed()) },
      };
      const lists = { unseen: [], unbounded: [] };
      expect(findPrivilegeFaults(observed, lists)).toEqual([]);
      const all = createMutants(observed);
      expect(all.length).toBeGreaterThan(30);
      const unnoticed = all.filter(
        ({ roles }) => findPrivilegeFaults({ ...observed, roles }, lists).length === 0,
      );
      expect(unnoticed.map(({ name }) => name)).toEqual([]);
    });

    it("refuses another configuration, another place beside it, and a stack that is not there", async () => {
      place.write("other.json", '{ "thumbnails": { "other": { "width": 5 } } }');
      const other = await runDeployed("plan", "--all", "--config", "other.json");
      expect(other.stderr).toMatch(
        /expected the configuration of the deployment \("[\w.-]+"\) .* but received another one .*--config/,
      );
      expect(other.code).not.toBe(0);
      const beside = await runDeployed("reconcile", "--stores", "local");
      expect([beside.code, beside.stderr]).toEqual([
        2,
        expect.stringContaining("expected either --aws or --stores for reconcile but received both"),
      ]);
      const missing = await run("import", "--aws", "elsewhere");
      expect([missing.code, missing.stderr]).toEqual([
        2,
        expect.stringContaining(
          'expected a stack of this account and region for --aws but received "elsewhere"',
        ),
      ]);
    });
  },
);
