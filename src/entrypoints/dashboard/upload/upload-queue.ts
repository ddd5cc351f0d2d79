import { ApiError, explainFailure, type SafelightClient } from "../../http/client/index.js";
import { describeFailure } from "../shared/failure.js";
import type { ImageDescription } from "../shared/images.js";
import { Store } from "../shared/store.js";
import { noteRefusal } from "../sign-in/session.js";

/** How far a file is: `refused` files are no images to this pipeline, `failed` ones may be tried again. */
export type UploadState = "waiting" | "sending" | "rendering" | "ready" | "refused" | "failed" | "canceled";

/** One file on its way. */
export interface UploadEntry {
  readonly id: number;
  readonly file: File;
  /** Its name, without the folders that it came in. */
  readonly name: string;
  readonly state: UploadState;
  /** Bytes that the store has. */
  readonly sent: number;
  readonly image?: ImageDescription;
  /** Why it was refused or failed, and what to do next. */
  readonly reason?: string;
}

/** A file and the name to upload it by. */
export interface NamedFile {
  readonly file: File;
  readonly name: string;
  /** The browser may not read it, or not the folder of that name. */
  readonly isUnreadable?: boolean;
}

/**
 * Files that are on their way at a time. A browser opens six connections to a server that speaks HTTP/1.1, and pictures
 * want some of them; one is that of the stream of events.
 */
const AT_A_TIME = 3;

/** The uploads of this page: a few at a time, each until its image is ready. */
export class UploadQueue {
  readonly entries = new Store<readonly UploadEntry[]>([]);
  readonly #client: SafelightClient;
  readonly #onImage: (image: ImageDescription) => void;
  readonly #aborts = new Map<number, AbortController>();
  #lastId = 0;

  constructor(client: SafelightClient, onImage: (image: ImageDescription) => void) {
    this.#client = client;
    this.#onImage = onImage;
  }

  readonly add = (files: readonly NamedFile[]): void => {
    const added = files.map(({ file, name, isUnreadable }): UploadEntry => {
      this.#lastId += 1;
      const entry = { id: this.#lastId, file, name, sent: 0 };
      if (file.size > 0) return { ...entry, state: "waiting" };
      const reason = isUnreadable ? UNREADABLE : "This file is empty. Copy it again from where it came from.";
      return { ...entry, state: "refused", reason };
    });
    this.entries.set([...this.entries.get(), ...added]);
    this.#startNext();
  };

  readonly cancel = (id: number): void => {
    const entry = this.entries.get().find((one) => one.id === id);
    if (!entry || !isUnderWay(entry)) return;
    this.#change(id, { state: "canceled", sent: 0 });
    this.#aborts.get(id)?.abort();
  };

  readonly cancelAll = (): void => {
    for (const { id } of this.entries.get()) this.cancel(id);
  };

  readonly retry = (id: number): void => {
    this.#change(id, { state: "waiting", sent: 0, reason: undefined });
    this.#startNext();
  };

  readonly retryAll = (): void => {
    for (const { id, state } of this.entries.get())
      if (state === "failed" || state === "canceled") this.retry(id);
  };

  /** Takes away what needs nobody any more. */
  readonly clear = (): void => {
    this.entries.set(this.entries.get().filter(isUnderWay));
  };

  #startNext(): void {
    const entries = this.entries.get();
    const free = AT_A_TIME - this.#aborts.size;
    const waiting = entries.filter(({ state }) => state === "waiting").slice(0, Math.max(0, free));
    for (const entry of waiting) void this.#upload(entry);
  }

  async #upload({ id, file, name }: UploadEntry): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#change(id, { state: "sending" });
    const isCurrent = () => this.#aborts.get(id) === abort && !abort.signal.aborted;
    try {
      if (!(await isReadable(file))) throw new Unreadable();
      const image = await this.#client.upload(file, {
        fileName: name,
        signal: abort.signal,
        onProgress: ({ sent, total }) => {
          if (isCurrent()) this.#change(id, { sent, state: sent === total ? "rendering" : "sending" });
        },
      });
      this.#change(id, { state: "ready", sent: file.size, image });
      this.#onImage(image);
    } catch (error) {
      const isSettled = error instanceof ApiError && error.image !== undefined;
      const cause = isSettled || (await isReadable(file)) ? error : new Unreadable();
      if (!abort.signal.aborted) this.#refuse(id, cause);
    } finally {
      if (this.#aborts.get(id) === abort) this.#aborts.delete(id);
      this.#startNext();
    }
  }

  #refuse(id: number, error: unknown): void {
    noteRefusal(error);
    if (error instanceof ApiError) {
      if (error.image) this.#onImage(error.image);
      if (isAboutTheFile(error)) {
        this.#change(id, { state: "refused", reason: explainFailure(error), image: error.image });
        return;
      }
    }
    this.#change(id, {
      state: "failed",
      reason: error instanceof Unreadable ? UNREADABLE : describeFailure(error),
    });
  }

  #change(id: number, fields: Partial<UploadEntry>): void {
    this.entries.set(this.entries.get().map((entry) => (entry.id === id ? { ...entry, ...fields } : entry)));
  }
}

/** Whether something is still to come. */
export function isUnderWay({ state }: Pick<UploadEntry, "state">): boolean {
  return state === "waiting" || state === "sending" || state === "rendering";
}

/** The file cannot be read: it was moved, changed or locked. */
class Unreadable extends Error {}

const UNREADABLE =
  "This cannot be read. Check that it is still where it was and that you may open it, then choose it again.";

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Whether the same file would be refused again. */
function isAboutTheFile({ code, retryable }: ApiError): boolean {
  return !retryable && !["unauthenticated", "forbidden", "not-found", "conflict"].includes(code);
}
