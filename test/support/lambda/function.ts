import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Outcome, startRuntimeApi } from "./runtime-api.js";

/** How a function is set up. */
export interface FunctionOptions {
  /** The folder that would be zipped. */
  readonly folder: string;
  /** Its variables; nothing is inherited from the tests but the path. */
  readonly environment: Readonly<Record<string, string>>;
  /** CommonJS modules that are loaded into the process first. */
  readonly preload?: readonly string[];
  /** The function's timeout, after which its process is killed. */
  readonly seconds: number;
}

/** A function that ended its process, or answered with an error. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly type: string;

  constructor({ errorType, errorMessage }: { errorType: string; errorMessage: string }) {
    super(errorMessage);
    this.type = errorType;
  }
}

const BOOTSTRAP = resolve("test", "support", "lambda", "bootstrap.cjs");

/** A function as Lambda runs it: a process that is started when it is needed and started anew when it has died. */
export async function startFunction({ folder, environment, preload = [], seconds }: FunctionOptions) {
  const api = await startRuntimeApi({ seconds });
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let starts = 0;
  const ends = new Map<string, () => void>();

  function readLine(line: string): void {
    const [, ended] = /^END RequestId: (.+)$/.exec(line) ?? [];
    if (ended === undefined) lines.push(line);
    else ends.get(ended)?.();
  }

  function start(): void {
    starts += 1;
    const started = spawn(process.execPath, [...preload.flatMap((file) => ["--require", file]), BOOTSTRAP], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH ?? "",
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_FUNCTION_NAME: "function",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        LAMBDA_TASK_ROOT: folder,
        _HANDLER: "index.handler",
        ...environment,
      },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      if (stream) createInterface({ input: stream }).on("line", readLine);
    let said: Outcome | undefined;
    api.onInitError((outcome) => {
      said = outcome;
    });
    started.once("close", (code, signal) => {
      if (child !== started) return;
      child = undefined;
      const ended = {
        errorType: "Runtime.ExitError",
        errorMessage: `the process ended with ${signal ?? code}`,
      };
      api.processEnded(said && "error" in said ? said.error : ended);
    });
  }

  return {
    /** Resolves to what the handler answered; throws a {@link FunctionError} where it threw or ended its process. */
    async invoke(event: unknown, options?: { traceId?: string }): Promise<unknown> {
      const { id, outcome } = api.invoke(event, options);
      const heardOut = new Promise<void>((resolve) => ends.set(id, resolve));
      if (!child) start();
      const late = setTimeout(() => child?.kill("SIGKILL"), seconds * 1_000);
      const ended = await outcome.finally(() => clearTimeout(late));
      // A process that has died was heard out already; of one that goes on, the last line may still be on its way.
      if (child) await heardOut;
      ends.delete(id);
      if ("error" in ended) throw new FunctionError(ended.error);
      return ended.value;
    },
    /** How often the process was started. */
    starts: () => starts,
    /** Everything that was written so far, line by line. */
    output: (): readonly string[] => lines,
    /** The log's entries so far. */
    logs: (): readonly LogLine[] =>
      parseJsonLines(lines).filter((line): line is LogLine => "message" in line),
    /** All values of a metric so far. */
    metric: (name: string, dimensions: Readonly<Record<string, string>> = {}): readonly number[] =>
      parseJsonLines(lines).flatMap((line) => readValues(line, name, dimensions)),
    async close(): Promise<void> {
      const running = child;
      child = undefined;
      if (running) {
        running.kill("SIGKILL");
        await once(running, "close");
      }
      await api.close();
    },
  };
}

/** A running function. */
export type RunningFunction = Awaited<ReturnType<typeof startFunction>>;

/** One entry of a function's log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A line of CloudWatch's Embedded Metric Format. */
interface MetricLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

function parseJsonLines(lines: readonly string[]): readonly object[] {
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as object);
}

/** The values of a metric that has exactly these dimensions beside its service. */
function readValues(
  line: object,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): readonly number[] {
  if (!("_aws" in line)) return [];
  const metrics = line as MetricLine;
  const wanted = ["service", ...Object.keys(dimensions)].sort().join();
  const told = metrics._aws.CloudWatchMetrics.some(
    ({ Dimensions, Metrics }) =>
      Dimensions.some((names) => [...names].sort().join() === wanted) &&
      Metrics.some((metric) => metric.Name === name),
  );
  const same = Object.entries(dimensions).every(([field, value]) => metrics[field] === value);
  return told && same ? [metrics[name]].flat().map(Number) : [];
}

/** A module of `test/support/lambda` to be loaded into a function's process first. */
export const getPreloadPath = (file: string): string => join(resolve("test", "support", "lambda"), file);
