import { invalidInput, SafelightError } from "../../domain/model/errors.js";
import type { ImageId } from "../../domain/model/image-id.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import type { Page } from "../../domain/model/page.js";
import { compareVersions, type Version, versionLabel } from "../../domain/model/version.js";
import type { ListQuery, MetadataRepository } from "../../ports/metadata-repository.js";

/** Where a page ended: enough to go on from, whether or not the record is still there. */
type Position = Pick<ImageRecord, "createdAt" | "imageId">;

/** Records in a map. Every method is one synchronous step, so every write is atomic. */
export class MemoryMetadataRepository implements MetadataRepository {
  readonly #records = new Map<ImageId, ImageRecord>();

  async get(imageId: ImageId): Promise<ImageRecord | undefined> {
    return structuredClone(this.#records.get(imageId));
  }

  async commit(record: ImageRecord, { replacing }: { replacing: Version | "nothing" }): Promise<void> {
    this.#insist(this.#records.get(record.imageId), replacing);
    this.#records.set(record.imageId, structuredClone(record));
  }

  async list({ limit, cursor, status, tag }: ListQuery): Promise<Page<ImageRecord>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
      throw invalidInput("1 to 1,000", "limit", limit);
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const following = [...this.#records.values()]
      .filter((record) => record.status !== "removed" && (status === undefined || record.status === status))
      .filter(({ tags }) => tag === undefined || tags.includes(tag))
      .filter((record) => after === undefined || newestFirst(after, record) < 0)
      .sort(newestFirst);
    const items = following.slice(0, limit);
    const last = items.at(-1);
    return structuredClone(
      last && following.length > items.length ? { items, cursor: cursorAt(last) } : { items },
    );
  }

  async listExpired(now: Date, limit: number): Promise<readonly ImageRecord[]> {
    return [...this.#records.values()]
      .filter(
        ({ status, expiresAt }) =>
          status === "removed" && expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime(),
      )
      .slice(0, limit)
      .map((record) => structuredClone(record));
  }

  async purge(imageId: ImageId, { replacing }: { replacing: Version }): Promise<void> {
    const current = this.#records.get(imageId);
    if (!current) return;
    this.#insist(current, replacing);
    this.#records.delete(imageId);
  }

  #insist(current: ImageRecord | undefined, replacing: Version | "nothing"): void {
    const expected = replacing === "nothing" ? undefined : replacing;
    if (
      current === undefined
        ? expected === undefined
        : expected && compareVersions(current.version, expected) === 0
    )
      return;
    const wanted = expected ? `version ${versionLabel(expected)}` : "nothing";
    const found = current ? `version ${versionLabel(current.version)}` : "nothing";
    throw new SafelightError(
      "conflict",
      `expected ${wanted} for the record to replace but received ${found}`,
    );
  }
}

function newestFirst(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.imageId === b.imageId ? 0 : a.imageId < b.imageId ? -1 : 1;
}

function cursorAt({ createdAt, imageId }: Position): string {
  return Buffer.from(JSON.stringify([createdAt, imageId])).toString("base64url");
}

function positionOf(cursor: string): Position {
  const [createdAt, imageId] = decoded(cursor);
  // Encoding it again catches what a lenient decoder lets pass: other alphabets, padding, trailing rubbish.
  if (
    typeof createdAt === "string" &&
    typeof imageId === "string" &&
    cursorAt({ createdAt, imageId }) === cursor
  ) {
    return { createdAt, imageId };
  }
  throw invalidInput("a cursor from an earlier page", "cursor", cursor);
}

function decoded(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
