import type { PipelinePorts } from "../../domain/pipeline.js";
import type { Ids } from "../../ports/ids.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import { type Token, token } from "./token.js";

/** Every port: those of the pipeline, and those that only entry points use. */
export interface Ports extends PipelinePorts {
  readonly tickets: UploadTickets;
  /** Creates ids. Default: each user's own. */
  readonly ids?: Ids;
}

/** The name of a port, or of the configuration. */
export type PortName = keyof Ports;

/** The type of a port, by its name. */
export type Port<Name extends PortName> = Required<Ports>[Name];

const FAMILY = "memoryModule(), localModule(...), awsModule(...) or postgresModule(...) with s3Module(...)";
const SYSTEM = "systemModule()";

/**
 * The modules that provide each port, and whether the pipeline needs it. This is the only list of the ports: the tokens,
 * the ports of an adapter family and those that `compose` resolves are derived from it. A missing port does not compile.
 */
const PORTS = {
  originals: { by: FAMILY },
  renditions: { by: FAMILY },
  records: { by: FAMILY },
  queue: { by: FAMILY },
  urls: { by: FAMILY },
  events: { by: FAMILY },
  eventLog: { by: FAMILY, optional: true },
  tickets: { by: FAMILY },
  sleep: { by: FAMILY },
  tagger: { by: FAMILY, optional: true },
  webhookDeliveries: { by: FAMILY, optional: true },
  statuses: { by: FAMILY, optional: true },
  openNotes: { by: FAMILY, optional: true },
  engine: { by: "sharpModule()" },
  clock: { by: SYSTEM, optional: true },
  ids: { by: SYSTEM, optional: true },
  log: { by: SYSTEM, optional: true },
  webhookSender: { by: "webhooksModule(...)", optional: true },
  config: { by: "configModule(...)", optional: true },
} as const satisfies { readonly [Name in PortName]-?: Row<Name> };

type Row<Name extends PortName> = undefined extends Ports[Name]
  ? { readonly by: string; readonly optional: true }
  : { readonly by: string; readonly optional?: never };

/** The names of all ports. */
export const PORT_NAMES = Object.keys(PORTS) as readonly PortName[];

/** One token for each port and one for the configuration. */
export const tokens = Object.fromEntries(PORT_NAMES.map((name) => [name, token(name)])) as unknown as {
  readonly [Name in PortName]-?: Token<Port<Name>>;
};

/** Finds the modules that provide a required port; `undefined` for an optional one. */
export function findRequiredModules(name: PortName): string | undefined {
  const row = PORTS[name];
  return "optional" in row ? undefined : row.by;
}

/** The names of the ports that every adapter family provides. */
export type FamilyPortName = {
  [Name in PortName]: (typeof PORTS)[Name]["by"] extends typeof FAMILY ? Name : never;
}[PortName];

/** The ports that every adapter family provides, wired to each other. */
export type FamilyPorts = Pick<Ports, FamilyPortName>;

/** The names of the ports that every adapter family provides. */
export const FAMILY_PORT_NAMES = PORT_NAMES.filter(
  (name): name is FamilyPortName => PORTS[name].by === FAMILY,
);
