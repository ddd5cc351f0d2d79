import { createRequire } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { SafelightError } from "../../../src/domain/model/errors.js";
import {
  compose,
  decorate,
  memoryModule,
  override,
  tokens,
  wrapModule,
} from "../../../src/entrypoints/container/index.js";
import { startWork } from "../../../src/entrypoints/server/start-work.js";
import { METRICS } from "../../../src/entrypoints/telemetry/metric-names.js";
import { loadOpenTelemetry } from "../../../src/entrypoints/telemetry/open-telemetry.js";
import {
  createTelemetryModules,
  type ProcessTelemetry,
} from "../../../src/entrypoints/telemetry/process-telemetry.js";
import { createFakeEngine, createFakeImage } from "../../../src/testing/fake-engine.js";
import { waitUntilTrue } from "../../support/processes.js";

// The packages are for this file alone, which takes them as whoever runs a process does.
const load = createRequire(import.meta.url);
const { context, metrics, trace } = load("@opentelemetry/api");
const { AsyncLocalStorageContextManager } = load("@opentelemetry/context-async-hooks");
const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = load(
  "@opentelemetry/sdk-metrics",
);
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = load(
  "@opentelemetry/sdk-trace-base",
);

/** A span that has ended. */
interface EndedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number };
  readonly parentSpanContext?: { readonly spanId: string };
  spanContext(): { readonly spanId: string };
}

/** A metric as it is exported. */
interface ExportedMetric {
  readonly descriptor: { readonly name: string; readonly unit: string };
  readonly dataPoints: readonly {
    readonly value: number | { readonly count: number };
    readonly attributes: object;
  }[];
}

/** Nothing is exported unless a test asks for it. */
const NEVER = 1_000_000;

const exported = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: NEVER });
const meters = new MeterProvider({ readers: [reader] });
const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
let telemetry: ProcessTelemetry;

beforeAll(async () => {
  metrics.setGlobalMeterProvider(meters);
  trace.setGlobalTracerProvider(tracers);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  telemetry = loadOpenTelemetry();
});

beforeEach(async () => {
  await meters.forceFlush();
  exported.reset();
  spans.reset();
});

afterAll(async () => {
  await meters.shutdown();
  await tracers.shutdown();
  metrics.disable();
  trace.disable();
  context.disable();
});

function readSpans(): readonly EndedSpan[] {
  return spans.getFinishedSpans();
}

/** The metrics since the last test: of each its unit, and its values by their attributes; of a histogram, how many. */
async function readMetrics(): Promise<Readonly<Record<string, unknown>>> {
  await meters.forceFlush();
  const batches: readonly { scopeMetrics: readonly { metrics: readonly ExportedMetric[] }[] }[] =
    exported.getMetrics();
  const all = batches.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(
    all.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      [
        descriptor.unit,
        ...dataPoints.map(({ value, attributes }) => [
          typeof value === "number" ? value : value.count,
          attributes,
        ]),
      ],
    ]),
  );
}

describe("metrics and traces by OpenTelemetry", () => {
  it("count by the names of CloudWatch what a worker settles, and trace each settlement", async () => {
    let failing = true;
    const composition = await compose(
      memoryModule(),
      override(tokens.engine, () => createFakeEngine()),
      wrapModule(tokens.records, (records) =>
        decorate(records, {
          commit: async (record, how) => {
            if (record.status !== "ready" || !failing) return records.commit(record, how);
            failing = false;
            throw new SafelightError("unavailable", "expected a table but received none");
          },
        }),
      ),
      override(tokens.sleep, () => () => new Promise<void>((next) => void setImmediate(next))),
      ...createTelemetryModules(telemetry),
    );
    const { pipeline } = composition;
    const bytes = createFakeImage({ format: "png", width: 20, height: 10 });
    await pipeline.upload({ key: "a.png", bytes });
    await pipeline.upload({ key: "b.png", bytes: new TextEncoder().encode("no picture") });
    const work = startWork(composition, { concurrency: 1, telemetry });
    await waitUntilTrue(() => readSpans().length >= 3);
    await work.stop(1_000);
    expect(await readMetrics()).toEqual({
      Processed: ["{original}", [1, {}]],
      Rejected: ["{original}", [1, { code: "unsupported-format" }]],
      Failed: ["{change}", [1, {}]],
      Duration: ["ms", [3, {}]],
      BytesIn: ["By", [expect.any(Number), {}]],
      BytesOut: ["By", [expect.any(Number), {}]],
    });
    const traced = readSpans().map(({ name, attributes, status }) => [name, attributes.type, status.code]);
    expect(traced.sort()).toEqual([
      ["settle", "created", 0],
      ["settle", "created", 0],
      ["settle", "created", 2],
    ]);
  });

  it("have a name and a unit for everything that can be counted", async () => {
    const { duration: _, ...sums } = METRICS;
    for (const name of Object.keys(sums)) telemetry.meters.count(name as keyof typeof sums, 2);
    expect(Object.keys(await readMetrics()).sort()).toEqual(Object.values(sums).sort());
  });

  it("nest what happens within a settlement", async () => {
    await telemetry.traceWork("settle", {}, () =>
      telemetry.traceWork("S3", { operation: "GetObject" }, async () => {}),
    );
    const [inner, outer] = readSpans();
    expect([inner?.name, inner?.parentSpanContext?.spanId]).toEqual(["S3", outer?.spanContext().spanId]);
  });
});
