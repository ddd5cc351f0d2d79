import { decorate } from "../../checked/decorate.js";
import { guardMetadataRepository } from "../../checked/index.js";
import type { MetadataRepository } from "../../metadata-repository.js";
import type { Closable, Law } from "../contract.js";

/** The harness for the laws of a metadata repository. An optional part that is left out breaks its law: declare the gap. */
export interface MetadataRepositoryHarness extends Closable {
  /** Empty, and nobody else's. */
  readonly records: MetadataRepository;
  /** The process ends now, without a goodbye; resolves to the repository as the next process opens it. */
  restart?(): Promise<MetadataRepository>;
  /** Resolves to an adapter whose repository cannot be reached. */
  openUnreachable?(): Promise<MetadataRepository>;
}

/** One promise of a metadata repository. */
export type MetadataRepositoryLaw = Law<MetadataRepositoryHarness>;

/** The harness with every repository of it behind its port's checks. */
export function guardRepositories(harness: MetadataRepositoryHarness): MetadataRepositoryHarness {
  const guardOpen = (open?: () => Promise<MetadataRepository>) =>
    open && (async () => guardMetadataRepository(await open.call(harness)));
  const { records, restart, openUnreachable } = harness;
  return decorate(harness, {
    records: guardMetadataRepository(records),
    restart: guardOpen(restart),
    openUnreachable: guardOpen(openUnreachable),
  });
}
