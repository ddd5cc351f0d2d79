import { Container } from "inversify";
import { SafelightError } from "../../domain/model/errors.js";
import { definePipeline, type Pipeline } from "../../domain/pipeline.js";
import type { Module } from "./module.js";
import { PORT_NAMES, type Ports, PROVIDERS, tokens } from "./tokens.js";

/** A running pipeline and what it runs on. */
export interface Composition {
  readonly pipeline: Pipeline;
  readonly ports: Ports;
  /** Closes what the modules opened, such as a database. Repeating it is success. */
  close(): Promise<void>;
}

/**
 * Loads the modules in order, makes every port once and ends in `definePipeline`. Throws one `invalid-input` that
 * names every binding that is missing or was made twice; what had been opened by then is closed again.
 */
export async function compose(...modules: readonly Module[]): Promise<Composition> {
  const container = new Container();
  const close = () => container.unbindAllAsync();
  try {
    container.load(...modules);
    const ports = resolvePorts(container);
    return { pipeline: definePipeline(ports), ports, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function resolvePorts(container: Container): Ports {
  const { problems, failures } = attempt(container);
  if (problems.length > 0) {
    throw new SafelightError(
      "invalid-input",
      `expected one binding for every port but received ${problems.join("; ")}`,
    );
  }
  for (const failure of failures) throw failure;
  return {
    originals: container.get(tokens.originals),
    renditions: container.get(tokens.renditions),
    records: container.get(tokens.records),
    queue: container.get(tokens.queue),
    urls: container.get(tokens.urls),
    engine: container.get(tokens.engine),
    events: container.get(tokens.events),
    tickets: container.get(tokens.tickets),
    tagger: container.get(tokens.tagger, { optional: true }),
    clock: container.get(tokens.clock, { optional: true }),
    pause: container.get(tokens.pause, { optional: true }),
    ids: container.get(tokens.ids, { optional: true }),
    log: container.get(tokens.log, { optional: true }),
    config: container.get(tokens.config, { optional: true }),
  };
}

/** Makes every port, and keeps apart the bindings that are wrong and the factories that were called and failed. */
function attempt(container: Container): { problems: readonly string[]; failures: readonly SafelightError[] } {
  const problems: string[] = [];
  const failures: SafelightError[] = [];
  for (const name of PORT_NAMES) {
    const provider = PROVIDERS[name];
    if (!container.isBound(tokens[name])) {
      if (provider !== undefined) problems.push(`none for ${name} (${provider} provides it)`);
      continue;
    }
    try {
      container.get<unknown>(tokens[name]);
    } catch (error) {
      if (error instanceof SafelightError) failures.push(error);
      else problems.push(`for ${name}: ${firstLine(error)}`);
    }
  }
  return { problems, failures };
}

/** inversify explains itself over many lines; the first one says what is wrong. */
function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split("\n", 1)
    .join();
}
