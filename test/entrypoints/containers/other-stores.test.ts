import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { describe, expect } from "@jest/globals";
import { startCloud } from "../../support/cloud/cloud.js";
import { AS_FIRST_PROCESS, HAS_PROCESS_NAMESPACES } from "../../support/containers/packed-package.js";
import { type LogLine, runCommand } from "../../support/containers/running-command.js";
import { createVariables } from "../../support/lambda/deploy.js";
import { listChildren } from "../../support/processes.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { CommandPlace, uploadImage } from "./command-place.js";

const it = takeSampleOfTests(5);

/** The program of the command. */
const MAIN = resolve("dist", "entrypoints", "cli", "main.js");

const place = new CommandPlace();

/** Writes what registers an SDK of OpenTelemetry that says at the end what it was given. */
function writeInstrumentation(): string {
  return `
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
}

describe("safelight serve and safelight work on other stores", () => {
  it("render on one data directory what another process took in", async () => {
    const env = { SAFELIGHT_DATA: join(place.dir, "data") };
    const api = await place.serve(env, "--no-work");
    const worker = await place.work(env);
    const record = await uploadImage(api.address);
    expect(record.status).toBe("ready");
    worker.kill("SIGTERM");
    expect((await worker.ended).end).toBe(0);
    api.kill("SIGTERM");
    expect((await api.ended).end).toBe(0);
  });

  it(`stop on a signal ${HAS_PROCESS_NAMESPACES ? "as the first process of a container" : "alone: none can be the first one here"}`, async () => {
    const worker = await place.start(["work"], /^working on/, {
      env: { SAFELIGHT_DATA: join(place.dir, "stopped") },
      program: HAS_PROCESS_NAMESPACES
        ? [...AS_FIRST_PROCESS, process.execPath, MAIN]
        : [process.execPath, MAIN],
    });
    const [first = worker.pid] = HAS_PROCESS_NAMESPACES ? listChildren(worker.pid) : [];
    process.kill(first, "SIGTERM");
    expect((await worker.ended).end).toBe(0);
  });

  it("render on AWS what another process took in", async () => {
    const cloud = await startCloud();
    try {
      const env = { ...createVariables(cloud), SAFELIGHT_STORES: "aws" };
      const api = await place.serve(env, "--no-work");
      await place.work(env);
      const record = await uploadImage(api.address);
      expect(record.status).toBe("ready");
    } finally {
      await cloud.close();
    }
  });

  it("start while the database is away, say that their deployment is not published yet, and stop at once", async () => {
    const cloud = await startCloud();
    // Nobody listens there any more.
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    try {
      const away = { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
      const env = { ...createVariables(cloud), ...away, SAFELIGHT_STORES: "aws" };
      for (const start of [place.work(env), place.serve(env)]) {
        const command = await start;
        const isSaid = ({ message }: LogLine) => message === "deployment not published";
        await new Promise<void>((said) => {
          command.watchLog((line) => isSaid(line) && said());
          if (command.log.some(isSaid)) said();
        });
        command.kill("SIGTERM");
        expect((await command.ended).end).toBe(0);
      }
    } finally {
      await cloud.close();
    }
  });

  it("count and trace with the SDK that their process has registered", async () => {
    const file = place.write("instrumentation.mjs", writeInstrumentation());
    const env = { SAFELIGHT_DATA: join(place.dir, "counted"), SAFELIGHT_TELEMETRY: "opentelemetry" };
    const api = await place.serve(env, "--no-work");
    const worker = await place.start(["work"], /^working on/, {
      env,
      program: ["node", "--import", file, MAIN],
    });
    await uploadImage(api.address);
    worker.kill("SIGTERM");
    const { end, stdout } = await worker.ended;
    expect(end).toBe(0);
    expect(stdout).toMatch(/metrics: .*Processed.*BytesIn/);
    expect(stdout).toContain("spans: settle");
    const refused = await runCommand(["serve"], { cwd: place.dir, env });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "expected --no-work beside SAFELIGHT_STORES local for SAFELIGHT_TELEMETRY",
      ),
    });
  });

  it("say everything that is wrong with their settings at once, and show no secret", async () => {
    const { code, stderr } = await runCommand(["serve"], {
      cwd: place.dir,
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
