import {
  type BlobStoreHarness,
  blobStoreContract,
  type CdnUrlsHarness,
  type ChangeQueueHarness,
  type Closable,
  type Contract,
  cdnUrlsContract,
  changeQueueContract,
  describeGaps,
  type EventLogHarness,
  type EventPublisherHarness,
  eventLogContract,
  eventPublisherContract,
  type Gap,
  type ImageTaggerHarness,
  imageTaggerContract,
  type MakeHarness,
  type MetadataRepositoryHarness,
  metadataRepositoryContract,
  type OriginalChangesHarness,
  originalChangesContract,
  runContract,
  type StatusStoreHarness,
  statusStoreContract,
  type TestRunner,
  type Trials,
  type UploadTicketsHarness,
  uploadTicketsContract,
  type WebhookDeliveriesHarness,
  webhookDeliveriesContract,
} from "../ports/contracts/index.js";
import { type HistoriesHarness, historiesContract } from "./histories.js";

/** The harness of each part's contract. */
export interface FamilyHarnesses {
  readonly originals: BlobStoreHarness;
  readonly renditions: BlobStoreHarness;
  readonly records: MetadataRepositoryHarness;
  readonly queue: ChangeQueueHarness;
  readonly changes: OriginalChangesHarness;
  readonly histories: HistoriesHarness;
  readonly urls: CdnUrlsHarness;
  readonly tickets: UploadTicketsHarness;
  readonly events: EventPublisherHarness;
  readonly eventLog: EventLogHarness;
  readonly webhookDeliveries: WebhookDeliveriesHarness;
  readonly statuses: StatusStoreHarness;
  readonly tagger: ImageTaggerHarness;
}

/** A part of a family that has a contract; `changes` are the originals with their queue, `histories` the three stores together. */
export type FamilyPort = keyof FamilyHarnesses;

/** The contracts of a family by the ports that they hold, in the order in which they are run. */
const CONTRACTS: { readonly [Port in FamilyPort]: Contract<FamilyHarnesses[Port]> } = {
  originals: blobStoreContract,
  renditions: blobStoreContract,
  records: metadataRepositoryContract,
  queue: changeQueueContract,
  changes: originalChangesContract,
  histories: historiesContract,
  urls: cdnUrlsContract,
  tickets: uploadTicketsContract,
  events: eventPublisherContract,
  eventLog: eventLogContract,
  webhookDeliveries: webhookDeliveriesContract,
  statuses: statusStoreContract,
  tagger: imageTaggerContract,
};

/** A family of adapters as it declares itself: of each part the laws that it does not keep, or what users live with because it is absent. */
export interface Family {
  readonly name: string;
  readonly ports: { readonly [Port in FamilyPort]: readonly Gap[] | { readonly absent: string } };
}

/** One part of a family, for a table. */
export interface PortDescription {
  readonly port: FamilyPort;
  /** The consequence of its absence for users; absent itself: the family has it. */
  readonly absent?: string;
  /** The laws of its contract that are capabilities, and what users live with where an adapter lacks one. */
  readonly capabilities: readonly Required<Gap>[];
  /** The laws that are not kept, capabilities among them. */
  readonly gaps: readonly Required<Gap>[];
}

/** Describes each part of a family. Throws for a gap that names no law, and for one that says not what users live with. */
export function describeFamily(family: Family): readonly PortDescription[] {
  return listPorts().map((port) => {
    const declared = getDeclaration(family, port);
    const contract: Contract<never> = CONTRACTS[port];
    const capabilities = contract.laws.flatMap(({ name: law, consequence }) =>
      consequence === undefined ? [] : [{ law, consequence }],
    );
    if ("absent" in declared) return { port, absent: declared.absent, capabilities, gaps: [] };
    const gaps = [...describeGaps(contract, declared)].map(([law, consequence]) => ({ law, consequence }));
    return { port, capabilities, gaps };
  });
}

/**
 * Registers the tests of all contracts of a family, each group under the part's name. Throws if a part of the family has
 * no harness, or one that is declared absent has one: what is not tested has to be declared.
 */
export function runFamily(
  runner: TestRunner,
  family: Family,
  harnesses: { readonly [Port in FamilyPort]?: MakeHarness<FamilyHarnesses[Port]> },
  trials: Trials = {},
): void {
  const register = () => {
    for (const port of listPorts()) runPort(runner, family, port, harnesses[port], trials);
  };
  if (runner.describe) runner.describe(family.name, register);
  else register();
}

function runPort<Port extends FamilyPort>(
  runner: TestRunner,
  family: Family,
  port: Port,
  makeHarness: unknown,
  trials: Trials,
): void {
  const { name } = family;
  const declared = getDeclaration(family, port);
  const isAbsent = "absent" in declared;
  if (isAbsent !== (makeHarness === undefined))
    throw new Error(
      isAbsent
        ? `expected no harness for ${port} of ${name}, which is declared absent, but received one`
        : `expected a harness for ${port} of ${name} but received none; declare it absent if the family lacks it`,
    );
  if (isAbsent) return;
  // The types of contract and harness belong together by their port, which is more than a compiler follows.
  const contract = CONTRACTS[port] as unknown as Contract<Closable>;
  runContract(runner, { ...contract, name: port }, makeHarness as MakeHarness<Closable>, declared, trials);
}

/** The declaration of a port; throws if there is none, which a compiler does not see in JavaScript. */
function getDeclaration({ name, ports }: Family, port: FamilyPort): Family["ports"][FamilyPort] {
  const declared: Family["ports"][FamilyPort] | undefined = ports[port];
  if (declared === undefined)
    throw new Error(
      `expected ${name} to declare for ${port} its gaps, or what users live with because it is absent, but received nothing`,
    );
  return declared;
}

function listPorts(): readonly FamilyPort[] {
  return Object.keys(CONTRACTS) as FamilyPort[];
}
