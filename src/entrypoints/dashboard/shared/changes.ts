import type { SafelightClient } from "../../http/client/index.js";
import { noteRefusal } from "../sign-in/session.js";

/** Looks again at what is shown: at these images, or, where nobody can say which changed, at everything. */
export type Look = (touched: ReadonlySet<string> | undefined) => unknown;

/** Milliseconds in which changes are gathered: a folder of uploads is many events and few looks. */
const GATHERING = 300;

/**
 * Milliseconds after which everything is looked at without an event: none tells what begins to wait, or that the API
 * refused to be watched.
 */
const LONGEST_REST = 30_000;

/** Tells the views of changes behind the page: one stream for all its views, which is open as long as the page is seen. */
export class Changes {
  readonly #client: SafelightClient;
  readonly #looks = new Set<Look>();
  readonly #touched = new Set<string>();
  #isAllTouched = false;
  #isLooking = false;
  #stop: AbortController | undefined;

  constructor(client: SafelightClient) {
    this.#client = client;
  }

  /** Calls `look` after changes, never while its last look is under way, until the function that it returns is called. */
  readonly subscribe = (look: Look): (() => void) => {
    this.#looks.add(look);
    return () => void this.#looks.delete(look);
  };

  /** Watches until the function that it returns is called. */
  readonly start = (): (() => void) => {
    const follow = () => {
      if (document.visibilityState !== "visible") this.#leave();
      else if (!this.#stop) void this.#watch();
    };
    const resume = () => {
      follow();
      if (this.#stop) this.#note();
    };
    const timer = setInterval(resume, LONGEST_REST);
    document.addEventListener("visibilitychange", resume);
    follow();
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", resume);
      this.#leave();
    };
  };

  /** A page that nobody sees gives its connection back: a browser has six for all its tabs. */
  #leave(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  async #watch(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    try {
      for await (const { event } of this.#client.watch({ signal: stop.signal })) this.#note(event?.imageId);
    } catch (error) {
      if (stop.signal.aborted) return;
      noteRefusal(error);
      // The clock watches anew.
      this.#stop = undefined;
    }
  }

  #note(imageId?: string): void {
    if (imageId === undefined) this.#isAllTouched = true;
    else this.#touched.add(imageId);
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#isAllTouched || this.#touched.size > 0) {
      await new Promise((resume) => setTimeout(resume, GATHERING));
      const touched = this.#take();
      if (document.visibilityState === "visible")
        await Promise.allSettled([...this.#looks].map(async (look) => look(touched)));
    }
    this.#isLooking = false;
  }

  #take(): ReadonlySet<string> | undefined {
    const touched = this.#isAllTouched ? undefined : new Set(this.#touched);
    this.#isAllTouched = false;
    this.#touched.clear();
    return touched;
  }
}
