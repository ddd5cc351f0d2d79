import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import type { ReconcileReport } from "../../../src/domain/model/reconcile-report.js";
import { startReconcile } from "../../../src/entrypoints/lambda/start-reconcile.js";
import { startInvocations } from "../../support/cloud/invocations.js";

const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:reconcile";
const NOW = new Date("2026-01-01T12:00:00.000Z");
const MINUTE = 60_000;
const VARIABLE = "AWS_ENDPOINT_URL_LAMBDA";

let lambda: Awaited<ReturnType<typeof startInvocations>>;
let before: string | undefined;

beforeAll(async () => {
  lambda = await startInvocations();
  before = process.env[VARIABLE];
  process.env[VARIABLE] = lambda.endpoint;
});

afterAll(async () => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
  await lambda.close();
});

const createReport = (state: ReconcileReport["state"], age: number): ReconcileReport => ({
  at: new Date(NOW.getTime() - age).toISOString(),
  // A command may take hours, and reports on its way.
  startedAt: new Date(NOW.getTime() - age - 180 * MINUTE).toISOString(),
  startedBy: "command",
  state,
  listed: 0,
  looked: 0,
  images: 0,
  findings: {},
  outcomes: {},
});

it.each([
  ["there was never a run", undefined, true],
  ["the last run is over", createReport("complete", 0), true],
  ["the last run has failed", createReport("failed", 0), true],
  ["a run has just reported", createReport("running", 0), false],
  ["a run has reported 14 minutes ago", createReport("running", 14 * MINUTE), false],
  ["nobody has heard of a run for 15 minutes, which has died", createReport("running", 15 * MINUTE), true],
])("where %s, a run is started: %#", async (_name, report, started) => {
  const { statuses } = memory();
  if (report) await statuses.put("reconcile", report);
  const earlier = lambda.asked().length;
  expect(await startReconcile({ statuses, clock: () => NOW }, ARN)).toBe(started);
  const asked = started ? [{ name: "reconcile", payload: { startedBy: "api" } }] : [];
  expect(lambda.asked().slice(earlier)).toEqual(asked);
});
