import type { SafelightClient } from "../../http/client/index.js";
import { describeFailure } from "../shared/failure.js";
import type { ImageDescription } from "../shared/images.js";
import { Store } from "../shared/store.js";
import { noteRefusal } from "../sign-in/session.js";

/** How long a removal can be undone, in milliseconds. */
export const UNDO_MILLISECONDS = 8_000;

/** A removal that was not sent yet, or that failed. */
export interface Removal {
  readonly image: ImageDescription;
  readonly failure?: string;
}

/** Removals, of which each is sent when its time is over or the page is left. One that was sent cannot be undone. */
export class Removals {
  readonly shown = new Store<readonly Removal[]>([]);
  /** The images that nothing should show any more: not sent yet, or not confirmed. */
  readonly hidden = new Store<ReadonlySet<string>>(new Set());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #lasting: SafelightClient;
  readonly #onRemoved: (imageId: string) => void;

  /** `lasting` is a client whose requests outlive the page. */
  constructor(lasting: SafelightClient, onRemoved: (imageId: string) => void) {
    this.#lasting = lasting;
    this.#onRemoved = onRemoved;
  }

  add(image: ImageDescription): void {
    const { imageId } = image;
    this.#hide(imageId);
    this.#show([...this.#listOthers(imageId), { image }]);
    this.#timers.set(
      imageId,
      setTimeout(() => void this.#send(imageId), UNDO_MILLISECONDS),
    );
  }

  /** Undoes a removal that was not sent; takes the notice of one that failed away. */
  undo(imageId: string): void {
    clearTimeout(this.#timers.get(imageId));
    this.#timers.delete(imageId);
    this.#reveal(imageId);
    this.#show(this.#listOthers(imageId));
  }

  /** Sends all that wait: the page is left. */
  readonly flush = (): void => {
    for (const imageId of [...this.#timers.keys()]) void this.#send(imageId);
  };

  async #send(imageId: string): Promise<void> {
    clearTimeout(this.#timers.get(imageId));
    this.#timers.delete(imageId);
    const removal = this.shown.get().find(({ image }) => image.imageId === imageId);
    this.#show(this.#listOthers(imageId));
    try {
      await this.#lasting.remove(imageId);
      this.#onRemoved(imageId);
    } catch (error) {
      noteRefusal(error);
      this.#reveal(imageId);
      if (removal)
        this.#show([...this.#listOthers(imageId), { ...removal, failure: describeFailure(error) }]);
    }
  }

  #listOthers(imageId: string): readonly Removal[] {
    return this.shown.get().filter(({ image }) => image.imageId !== imageId);
  }

  #show(removals: readonly Removal[]): void {
    this.shown.set(removals);
  }

  #hide(imageId: string): void {
    this.hidden.set(new Set([...this.hidden.get(), imageId]));
  }

  #reveal(imageId: string): void {
    this.hidden.set(new Set([...this.hidden.get()].filter((one) => one !== imageId)));
  }
}
