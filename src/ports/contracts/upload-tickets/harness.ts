import type { BlobStore } from "../../blob-store.js";
import { decorate } from "../../checked/decorate.js";
import { guardPorts } from "../../checked/index.js";
import type { Ticket, UploadTickets } from "../../upload-tickets.js";
import type { Closable, Law } from "../contract.js";

/** A ticket as a client sends it. */
export type SentTicket = Omit<Ticket, "expiresAt">;

/** The harness for the laws of upload tickets. An optional part that is left out breaks its law: declare the gap. */
export interface UploadTicketsHarness extends Closable {
  readonly tickets: UploadTickets;
  /** Where the uploads end up; empty. */
  readonly originals: BlobStore;
  /** Sends what the ticket says, as a client would; resolves to whether it was accepted. */
  send?(ticket: SentTicket, bytes: Uint8Array): Promise<boolean>;
  /** Lets time pass for whoever accepts uploads. */
  pass?(seconds: number): Promise<void>;
  /** The clock that tickets are issued by. Absent: the system's. */
  now?(): Date;
}

/** One promise of upload tickets. */
export type UploadTicketsLaw = Law<UploadTicketsHarness>;

/** The harness with tickets and originals behind the checks of their ports. */
export function guardTickets(harness: UploadTicketsHarness): UploadTicketsHarness {
  const { tickets, originals } = harness;
  return decorate(harness, guardPorts({ tickets, originals }));
}
