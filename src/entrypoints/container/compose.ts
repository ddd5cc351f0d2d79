import { Container } from "inversify";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { type ConfigurationInput, pipelineConfig } from "../../domain/model/pipeline-config.js";
import { definePipeline, type Pipeline } from "../../domain/pipeline.js";
import { guardPorts } from "../../ports/checked/index.js";
import { type Module, override } from "./module.js";
import { findRequiredModules, PORT_NAMES, type PortName, type Ports, tokens } from "./ports.js";
import type { Token } from "./token.js";

/** A running pipeline and what it runs on. */
export interface Composition {
  readonly pipeline: Pipeline;
  readonly ports: Ports;
  /** What a module bound to a token beside the ports, such as an adapter with more to it than its port. */
  get<T>(token: Token<T>): T;
  /** Closes what the modules opened, such as a database. Repeating it is success. */
  close(): Promise<void>;
}

/**
 * A module of the configuration, which it completes. Without it the pipeline uses its default configuration. What is
 * wrong with it is told by {@link compose}.
 */
export function configModule(config: ConfigurationInput): Module {
  return override(tokens.config, () => pipelineConfig(config));
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
    const ports = guardPorts(resolvePorts(container));
    return { pipeline: definePipeline(ports), ports, get: (token) => container.get(token), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes every port, and keeps apart the bindings that are wrong and the factories that were called and failed. */
function resolvePorts(container: Container): Ports {
  const ports: { [Name in PortName]?: unknown } = {};
  const problems: string[] = [];
  const failures: SafelightError[] = [];
  for (const name of PORT_NAMES) {
    const module = findRequiredModules(name);
    try {
      ports[name] = container.get<unknown>(tokens[name], { optional: true });
      if (ports[name] === undefined && module !== undefined)
        problems.push(`none for ${name} (${module} provides it)`);
    } catch (error) {
      if (error instanceof SafelightError) failures.push(error);
      else problems.push(`for ${name}: ${readFirstLine(error)}`);
    }
  }
  if (problems.length > 0)
    throw refusalInWords("invalid-input", "one binding", "every port", problems.join("; "));
  for (const failure of failures) throw failure;
  // Each name has what is bound to its token, and nothing is missing that must be there.
  return ports as unknown as Ports;
}

/** inversify explains itself over many lines; the first one says what is wrong. */
function readFirstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split("\n", 1)
    .join();
}
