import { randomUUID } from "node:crypto";
import { type Buckets, computeMd5 } from "./buckets.js";
import { Refusal } from "./refusal.js";

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly parts: Map<number, Buffer>;
}

/** Uploads in parts, until they are completed or aborted. */
export class MultipartUploads {
  readonly #uploads = new Map<string, Upload>();
  readonly #buckets: Buckets;

  constructor(buckets: Buckets) {
    this.#buckets = buckets;
  }

  create(bucket: string, key: string, headers: Record<string, string>): string {
    const id = randomUUID();
    this.#uploads.set(id, { bucket, key, headers, parts: new Map() });
    return `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
  }

  putPart(id: string, number: number, bytes: Buffer): string {
    this.#find(id).parts.set(number, bytes);
    return computeMd5(bytes);
  }

  /** The parts named in the request make the object; its etag is no hash of the content. */
  complete(id: string, request: string): string {
    const { bucket, key, headers, parts } = this.#find(id);
    const named = [...request.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) => {
      const bytes = parts.get(Number(number));
      if (!bytes) throw new Refusal(400, "InvalidPart");
      return bytes;
    });
    const hashes = Buffer.concat(named.map((bytes) => Buffer.from(computeMd5(bytes), "hex")));
    const etag = `${computeMd5(hashes)}-${named.length}`;
    this.#buckets.put(bucket, key, Buffer.concat(named), { headers, event: "CompleteMultipartUpload", etag });
    this.#uploads.delete(id);
    return `<CompleteMultipartUploadResult><ETag>&quot;${etag}&quot;</ETag></CompleteMultipartUploadResult>`;
  }

  abort(id: string): void {
    this.#find(id);
    this.#uploads.delete(id);
  }

  #find(id: string): Upload {
    const upload = this.#uploads.get(id);
    if (!upload) throw new Refusal(404, "NoSuchUpload");
    return upload;
  }
}
