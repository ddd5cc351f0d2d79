import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { startCloud } from "../../support/cloud/cloud.js";
import {
  type CommandOptions,
  type RunningCommand,
  runCommand,
  startCommand,
} from "../../support/containers/running-command.js";
import { createSharedStores, type SharedStores } from "../../support/containers/shared-stores.js";
import { drawTestImage } from "../../support/images.js";
import { createVariables } from "../../support/lambda/deploy.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { waitUntilTrue } from "../../support/processes.js";
import { startS3rver } from "../../support/s3-stores/s3rver.js";
import type { S3StoreServer } from "../../support/s3-stores/server.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { createSecret, startSubscriber, verifyRequest } from "../../support/subscriber.js";

const it = takeSampleOfTests(8);

/** The program of the command. */
const MAIN = resolve("dist", "entrypoints", "cli", "main.js");

/** Registers an SDK of OpenTelemetry that says at the end what it was given. */
const INSTRUMENTATION = `
  import { metrics, trace } from "${import.meta.resolve("@opentelemetry/api")}";
  import * as counting from "${import.meta.resolve("@opentelemetry/sdk-metrics")}";
  import * as tracing from "${import.meta.resolve("@opentelemetry/sdk-trace-base")}";
  const exporter = new counting.InMemoryMetricExporter(counting.AggregationTemporality.CUMULATIVE);
  const reader = new counting.PeriodicExportingMetricReader({ exporter });
  metrics.setGlobalMeterProvider(new counting.MeterProvider({ readers: [reader] }));
  const spans = new tracing.InMemorySpanExporter();
  const spanProcessors = [new tracing.SimpleSpanProcessor(spans)];
  trace.setGlobalTracerProvider(new tracing.BasicTracerProvider({ spanProcessors }));
  process.once("beforeExit", async () => {
    await reader.forceFlush();
    const found = exporter.getMetrics().flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics));
    console.log("metrics:", ...found.map(({ descriptor }) => descriptor.name));
    console.log("spans:", ...spans.getFinishedSpans().map(({ name }) => name));
  });`;

/** The commands that the test at hand has started. */
let running: RunningCommand[] = [];
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "safelight-containers-"));
});

afterEach(async () => {
  for (const command of running) command.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
});

afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));

async function start(words: readonly string[], ready: RegExp, options: CommandOptions = {}) {
  const command = await startCommand(words, ready, { cwd: dir, ...options });
  running.push(command);
  return command;
}

const serve = (env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  start(["serve", "--port", "0", ...words], /^listening on (http:\S+)$/, { env });

const work = (env: NodeJS.ProcessEnv, ...words: readonly string[]) =>
  start(["work", "--port", "0", "--log", "info", ...words], /^working on \S+ health at (http:\S+)$/, { env });

/** Resolves once a worker has settled so many changes in its life. */
const waitUntilSettled = (worker: RunningCommand, count: number) =>
  waitUntilTrue(() => worker.log.filter(({ message }) => message === "settled").length >= count);

async function readStatuses(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/images?limit=100`);
  const { items } = (await answer.json()) as { items: readonly ImageDescription[] };
  return items.map(({ status }) => status);
}

/** Uploads a picture and waits, as a client does, for its record. */
async function uploadImage(url: string, bytes: Uint8Array): Promise<ImageDescription> {
  const answer = await fetch(`${url}/images`, {
    method: "POST",
    headers: { Prefer: "wait=20" },
    body: new Uint8Array(bytes),
  });
  return (await answer.json()) as ImageDescription;
}

describeOnPostgres("safelight serve and safelight work on one database and one store", () => {
  let store: S3StoreServer;
  let shared: SharedStores;

  beforeAll(async () => {
    store = await startS3rver();
    shared = await createSharedStores(store);
  });

  afterAll(() => store.close());

  it("take an upload in, render it elsewhere, and serve its renditions", async () => {
    const env = {
      ...shared.settings,
      SAFELIGHT_RENDITIONS_URL: "",
      SAFELIGHT_PUBLIC_URL: "http://127.0.0.1:1/api",
    };
    const api = await serve(env, "--no-work");
    const worker = await work(env, "--log", "info");
    const record = await uploadImage(api.address, await drawTestImage({ width: 40, height: 30 }));
    expect(record.status).toBe("ready");
    const [url = ""] = record.renditions.map((one) => one.url);
    expect(url).toContain("http://127.0.0.1:1/api/renditions/");
    const { pathname } = new URL(url);
    expect((await fetch(`${api.address}${pathname.replace("/api", "")}`)).status).toBe(200);
    expect(worker.log.map(({ fields }) => fields?.outcome)).toContain("ready");
    expect((await fetch(worker.address)).status).toBe(200);
    worker.kill("SIGTERM");
    expect(await worker.ended).toMatchObject({ end: 0, stdout: expect.stringMatching(/settled \d+ change/) });
    api.kill("SIGTERM");
    expect((await api.ended).end).toBe(0);
  });

  it.each([
    ["finishes what it has in hand", {}],
    ["hands back what it has no time for", { SAFELIGHT_STOP_SECONDS: "0" }],
  ])("stop at once: a worker %s, and another one does the rest", async (_how, env) => {
    const stores = { ...(await createSharedStores(store)).settings, ...env };
    const api = await serve(stores, "--no-work");
    const bytes = await drawTestImage({ width: 1_200, height: 900 });
    for (let index = 0; index < 8; index += 1)
      await fetch(`${api.address}/images`, { method: "POST", body: new Uint8Array(bytes) });
    const first = await work(stores, "--concurrency", "2");
    await waitUntilSettled(first, 1);
    first.kill("SIGTERM");
    expect((await first.ended).end).toBe(0);
    const settled = first.log.filter(({ message }) => message === "settled").length;
    expect(settled).toBeLessThan(8);
    const second = await work(stores);
    await waitUntilSettled(second, 8 - settled);
    expect(await readStatuses(api.address)).toEqual(Array(8).fill("ready"));
  });

  it("send the events that a worker has made to a subscriber", async () => {
    const shop = await startSubscriber((response, _, number) =>
      response.writeHead(number === 0 ? 410 : 204).end(),
    );
    const config = join(dir, "webhooks.json");
    writeFileSync(config, JSON.stringify({ webhooks: { shop: { url: shop.url, secret: "SHOP_SECRET" } } }));
    const env = { ...(await createSharedStores(store)).settings, SAFELIGHT_CONFIG: config };
    const secret = createSecret();
    const api = await serve({ ...env, SHOP_SECRET: secret }, "--no-work");
    await work(env);
    const { imageId } = await uploadImage(api.address, await drawTestImage({ width: 40, height: 30 }));
    await waitUntilTrue(() => shop.received.length === 1);
    const runEvents = async (...words: readonly string[]) => {
      const { code, stdout } = await runCommand(["events", ...words], { cwd: dir, env });
      expect(code).toBe(0);
      return stdout;
    };
    while (!(await runEvents("--failed", "--json")).includes('"lastAnswer":"410'));
    expect(await runEvents("--resend", "all")).toContain("1 delivery due again");
    await waitUntilTrue(() => shop.received.length === 2);
    for (const request of shop.received)
      expect(verifyRequest(request, secret)).toMatchObject({ type: "ImageReady", imageId });
    expect(await runEvents("--json")).toContain(imageId);
    await shop.close();
  });

  it("accept no upload while too many images wait", async () => {
    const api = await serve((await createSharedStores(store)).settings, "--no-work", "--max-waiting", "1");
    const bytes = new Uint8Array(await drawTestImage({ width: 40, height: 30 }));
    const upload = () => fetch(`${api.address}/images`, { method: "POST", body: bytes });
    expect((await upload()).status).toBe(202);
    const refused = await upload();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  it("do both in one process, with settings from a file and from the environment before it", async () => {
    const { settings } = await createSharedStores(store);
    const lines = Object.entries({ ...settings, SAFELIGHT_PORT: "none", PGAPPNAME: "from-the-file" });
    const file = join(dir, "settings.env");
    writeFileSync(file, lines.map(([name, value]) => `${name}=${value}\n`).join(""));
    const api = await serve({ SAFELIGHT_SETTINGS: file });
    expect((await uploadImage(api.address, await drawTestImage())).status).toBe("ready");
    writeFileSync(file, "SAFELIGHT_PROT=80\nSAFELIGHT_LOG=loud\nSAFELIGHT_CONCURRENCY=0\n");
    const { code, stderr } = await runCommand(["work", "--settings", file, "--concurrency", "2"], {
      cwd: dir,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('"SAFELIGHT_PROT"');
    expect(stderr).toContain('expected debug, info, warn or error for SAFELIGHT_LOG but received "loud"');
    expect(stderr).not.toContain("SAFELIGHT_CONCURRENCY");
  });
});

describe("safelight serve and safelight work on other stores", () => {
  it("render on one data directory what another process took in", async () => {
    const env = { SAFELIGHT_DATA: join(dir, "data") };
    const api = await serve(env, "--no-work");
    const worker = await work(env);
    const record = await uploadImage(api.address, await drawTestImage({ width: 40, height: 30 }));
    expect(record.status).toBe("ready");
    worker.kill("SIGTERM");
    expect((await worker.ended).end).toBe(0);
    api.kill("SIGTERM");
    expect((await api.ended).end).toBe(0);
  });

  it("render on AWS what another process took in", async () => {
    const cloud = await startCloud();
    try {
      const env = { ...createVariables(cloud), SAFELIGHT_STORES: "aws" };
      const api = await serve(env, "--no-work");
      await work(env);
      const record = await uploadImage(api.address, await drawTestImage({ width: 40, height: 30 }));
      expect(record.status).toBe("ready");
    } finally {
      await cloud.close();
    }
  });

  it("count and trace with the SDK that their process has registered", async () => {
    const file = join(dir, "instrumentation.mjs");
    writeFileSync(file, INSTRUMENTATION);
    const env = { SAFELIGHT_DATA: join(dir, "counted"), SAFELIGHT_TELEMETRY: "opentelemetry" };
    const api = await serve(env, "--no-work");
    const worker = await startCommand(["work"], /^working on/, {
      cwd: dir,
      env,
      program: ["node", "--import", file, MAIN],
    });
    running.push(worker);
    await uploadImage(api.address, await drawTestImage({ width: 40, height: 30 }));
    worker.kill("SIGTERM");
    const { end, stdout } = await worker.ended;
    expect(end).toBe(0);
    expect(stdout).toMatch(/metrics: .*Processed.*BytesIn/);
    expect(stdout).toContain("spans: settle");
    const refused = await runCommand(["serve"], { cwd: dir, env });
    expect(refused).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        "expected --no-work beside SAFELIGHT_STORES local for SAFELIGHT_TELEMETRY",
      ),
    });
  });

  it("say everything that is wrong with their settings at once, and show no secret", async () => {
    const { code, stderr } = await runCommand(["serve"], {
      cwd: dir,
      env: {
        SAFELIGHT_STORES: "s3+postgres",
        SAFELIGHT_HOST: "0.0.0.0",
        SAFELIGHT_DATABASE_URL: "mysql://me:hunter2@host",
        SAFELIGHT_S3_LACKS: "forms, speed",
        SAFELIGHT_S3_SECRET_ACCESS_KEY: "hunter3",
      },
    });
    expect(code).toBe(2);
    for (const name of ["ORIGINALS_BUCKET", "RENDITIONS_BUCKET", "RENDITIONS_URL", "S3_ENDPOINT", "TOKEN"])
      expect(stderr).toMatch(new RegExp(`expected [^;]+ SAFELIGHT_${name}[^;]* received none`));
    for (const name of ["DATABASE_URL", "S3_LACKS", "S3_ACCESS_KEY_ID"])
      expect(stderr).toMatch(new RegExp(`for SAFELIGHT_${name} but received`));
    expect(stderr).not.toContain("hunter");
  });
});
