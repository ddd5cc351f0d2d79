import type { S3Client } from "@aws-sdk/client-s3";
import { invalidInput } from "../../domain/model/errors.js";
import { guardPorts } from "../../ports/checked/index.js";
import type { Clock } from "../../ports/clock.js";
import type { UploadTickets } from "../../ports/upload-tickets.js";
import { S3BlobStore } from "./blob-store.js";
import { createS3Client, type S3Endpoint } from "./client.js";
import { PublicUrls } from "./public-urls.js";
import { type PutTicketsOptions, S3PutTickets } from "./put-tickets.js";
import { S3UploadTickets } from "./upload-tickets.js";

export { type BlobStoreClient, type BlobStoreOptions, S3BlobStore } from "./blob-store.js";
export { createS3Client, type S3Endpoint } from "./client.js";
export { PublicUrls } from "./public-urls.js";
export { type PutTicketsOptions, S3PutTickets } from "./put-tickets.js";
export { S3UploadTickets } from "./upload-tickets.js";

/** Options of {@link s3}. */
export interface S3Options {
  /** Where the store is, or a client of the caller's, who then destroys it. */
  readonly client: S3Endpoint | S3Client;
  /** The bucket of the originals. Nothing but Safelight should write to it: a store of its own tells nobody what it holds. */
  readonly originals: string;
  /** The bucket of the renditions; another one. */
  readonly renditions: string;
  /** The absolute URL that renditions lie below: of the bucket itself if it is public, or of a server or CDN in front of it. */
  readonly baseUrl: string;
  /** Whether what serves `baseUrl` chooses by `Accept`, as `serveRenditions` does. Default: no, it has files alone. */
  readonly negotiates?: boolean;
  /**
   * Where those who upload with a ticket reach the store, if that is another place than `client` sends to, such as from
   * outside of a container's network. Default: the same place.
   */
  readonly uploadsTo?: S3Endpoint | S3Client;
  /**
   * Default: those of Amazon S3. A capability that a store lacks has a consequence, each said below; one that is claimed
   * and not there breaks a law of the contract.
   */
  readonly capabilities?: S3Capabilities;
  /** The system's by default. */
  readonly clock?: Clock;
}

/** Capabilities of a store that speaks S3, beyond storing and listing. All true by default. */
export interface S3Capabilities {
  /**
   * Whether the store takes forms (`POST Object`). Without them tickets are signed PUTs, which bind no size: the upload
   * policy refuses what is too large only after it has been stored.
   */
  readonly forms?: boolean;
  /** Whether the store refuses a signed PUT with another content type. Without it the content alone decides, later. */
  readonly bindsContentType?: boolean;
  /**
   * Whether the store refuses a signed PUT with metadata that was not signed. Without it a ticket cannot say whose an
   * upload is, and where `uploads.owner` is `"caller"` no tickets are issued.
   */
  readonly bindsMetadata?: boolean;
  /** Whether the store takes `DeleteObjects`. Without it each blob is deleted by a request of its own. */
  readonly deletesBatches?: boolean;
}

/** The ports that an S3-compatible store keeps: the blobs, their URLs and the tickets for direct uploads. */
export interface S3Adapters {
  readonly originals: S3BlobStore;
  readonly renditions: S3BlobStore;
  readonly urls: PublicUrls;
  readonly tickets: UploadTickets;
  /** Ends the connections of the clients, unless they were the caller's. */
  close(): Promise<void>;
}

/**
 * Makes the adapters of a store that speaks S3: MinIO, Cloudflare R2, Backblaze B2, Google Cloud Storage, Ceph, Garage and
 * others. Records, queue and events come from another family. Nothing is sent before a port is used. Throws
 * `invalid-input` if both buckets are the same one: each rendition would be taken for an original, without an end.
 */
export function s3(options: S3Options): S3Adapters {
  const { originals, renditions, baseUrl, capabilities = {}, clock } = options;
  if (originals === renditions)
    throw invalidInput("another bucket than the originals'", "renditions", renditions);
  const client = toClient(options.client);
  const uploading = options.uploadsTo === undefined ? client : toClient(options.uploadsTo);
  const { deletesBatches } = capabilities;
  return {
    ...guardPorts({
      originals: new S3BlobStore({ client, bucket: originals, deletesBatches }),
      renditions: new S3BlobStore({ client, bucket: renditions, deletesBatches }),
      urls: new PublicUrls({ baseUrl, negotiates: options.negotiates }),
      tickets: createTickets({ client: uploading, bucket: originals, clock }, capabilities),
    }),
    close: async () => {
      if (client !== options.client) client.destroy();
      if (uploading !== client && uploading !== options.uploadsTo) uploading.destroy();
    },
  };
}

function createTickets(
  place: Pick<PutTicketsOptions, "client" | "bucket" | "clock">,
  { forms = true, bindsContentType = true, bindsMetadata = true }: S3Capabilities,
): UploadTickets {
  if (forms) return new S3UploadTickets(place);
  return new S3PutTickets({ ...place, binds: { contentType: bindsContentType, metadata: bindsMetadata } });
}

function toClient(given: S3Endpoint | S3Client): S3Client {
  return isClient(given) ? given : createS3Client(given);
}

function isClient(client: S3Endpoint | S3Client): client is S3Client {
  return "send" in client;
}
