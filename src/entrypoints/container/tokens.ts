import type { PipelinePorts } from "../../domain/pipeline.js";
import type { Ids } from "../../ports/ids.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import { type Token, token } from "./token.js";

/** Every port: what the pipeline stands on, and what only the shells around it use. */
export interface Ports extends PipelinePorts {
  readonly tickets: UploadTickets;
  /** Default: left to who needs ids. */
  readonly ids?: Ids;
}

/** The name of a port, or of the configuration. */
export type PortName = keyof Ports;

/** What the port of this name is. */
export type Port<Name extends PortName> = Required<Ports>[Name];

/** One token for each port and one for the configuration. A port added to the pipeline does not compile without one. */
export const tokens: { readonly [Name in PortName]-?: Token<Port<Name>> } = {
  originals: token("originals"),
  renditions: token("renditions"),
  records: token("records"),
  queue: token("queue"),
  urls: token("urls"),
  engine: token("engine"),
  events: token("events"),
  tickets: token("tickets"),
  tagger: token("tagger"),
  clock: token("clock"),
  pause: token("pause"),
  ids: token("ids"),
  log: token("log"),
  config: token("config"),
};

/** The names of all tokens. */
export const PORT_NAMES = Object.keys(tokens) as readonly PortName[];

const STORES = "memoryModule(), localModule(...) or awsModule(...)";

/** Which modules provide the ports that a pipeline cannot do without; the others are left out where nothing is bound. */
export const PROVIDERS: Readonly<Record<RequiredPort, string>> & Readonly<Partial<Record<PortName, string>>> =
  {
    originals: STORES,
    renditions: STORES,
    records: STORES,
    queue: STORES,
    urls: STORES,
    engine: "sharpModule()",
    events: STORES,
    tickets: STORES,
  };

type RequiredPort = {
  [Name in PortName]-?: undefined extends Ports[Name] ? never : Name;
}[PortName];
