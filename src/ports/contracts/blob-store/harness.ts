import type { BlobStore } from "../../blob-store.js";
import { decorate } from "../../checked/decorate.js";
import { guardBlobStore } from "../../checked/index.js";
import type { Closable, Law } from "../contract.js";

/** The harness for the laws of a blob store. An optional part that is left out breaks its law: declare the gap. */
export interface BlobStoreHarness extends Closable {
  /** Empty, and nobody else's. */
  readonly store: BlobStore;
  /** The process ends now, without a goodbye; resolves to the store as the next process opens it. */
  restart?(): Promise<BlobStore>;
  /** Resolves to an adapter whose store cannot be reached. */
  openUnreachable?(): Promise<BlobStore>;
  /** Resolves to an adapter whose store refuses its caller. */
  openRefusing?(): Promise<BlobStore>;
  /** Resolves to the store, which cannot read the blob under `key` any more. Absent: its listing reads no blobs. */
  openUnreadable?(key: string): Promise<BlobStore>;
}

/** One promise of a blob store. */
export type BlobStoreLaw = Law<BlobStoreHarness>;

/** The harness with every store of it behind its port's checks. */
export function guardStores(harness: BlobStoreHarness): BlobStoreHarness {
  const guardOpen = (open?: () => Promise<BlobStore>) =>
    open && (async () => guardBlobStore(await open.call(harness)));
  const { store, restart, openUnreachable, openRefusing, openUnreadable } = harness;
  return decorate(harness, {
    store: guardBlobStore(store),
    restart: guardOpen(restart),
    openUnreachable: guardOpen(openUnreachable),
    openRefusing: guardOpen(openRefusing),
    ...(openUnreadable && {
      openUnreadable: async (key) => guardBlobStore(await openUnreadable.call(harness, key)),
    }),
  });
}
