import { Container } from "inversify";
import { definePipeline } from "../../domain/define-pipeline.js";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { type ConfigurationInput, pipelineConfig } from "../../domain/model/pipeline-config.js";
import type { Pipeline } from "../../domain/pipeline.js";
import { guardPorts } from "../../ports/checked/index.js";
import { type Module, override } from "./module.js";
import { findRequiredModules, PORT_NAMES, type PortName, type Ports, tokens } from "./ports.js";
import type { Token } from "./token.js";

/** A running pipeline with its ports. */
export interface Composition {
  readonly pipeline: Pipeline;
  readonly ports: Ports;
  /** Returns the value of any token, such as an adapter that offers more than its port. */
  get<T>(token: Token<T>): T;
  /** Closes what the modules opened, such as a database. Repeating it is success. */
  close(): Promise<void>;
}

/**
 * Provides the configuration, with its defaults filled in. Without this module the pipeline uses the default
 * configuration. {@link compose} throws `invalid-input` for a wrong one.
 */
export function configModule(config: ConfigurationInput): Module {
  return override(tokens.config, () => pipelineConfig(config));
}

/**
 * Loads the modules in order, creates every port once and defines the pipeline. Throws one `invalid-input` that lists every
 * missing and every repeated binding; whatever had been opened by then is closed again.
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

/** Creates every port. Wrong bindings are reported together, before the error of a factory that failed. */
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
  // Each name has the value of its token, and no required port is missing.
  return ports as unknown as Ports;
}

/** inversify explains itself over many lines; the first one says what is wrong. */
function readFirstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split("\n", 1)
    .join();
}
