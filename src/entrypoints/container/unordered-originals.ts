import type { BlobStore } from "../../ports/blob-store.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import { token } from "./token.js";

/**
 * Originals in a store that tells nobody of its changes, or in no order, and its tickets. `s3Module` provides them, and
 * `postgresModule` makes of them the ports `originals` and `tickets`, whose changes come into the queue.
 */
export const unorderedOriginals = token<{ readonly originals: BlobStore; readonly tickets: UploadTickets }>(
  "the store of originals (s3Module(...) provides it)",
);
