import type { ImageId } from "../../domain/model/image-id.js";
import type { Message } from "./message.js";

/**
 * Changes that say only "look at this key", as whoever keeps a store's originals in order writes them down: `open` a hidden
 * one before a write, `show` it after, `add` one that is shown at once.
 */
export interface Looks {
  /** Writes a hidden look down; resolves to its name. */
  open(
    key: string,
    intent: { readonly for: "a write" | "a ticket"; readonly seconds: number },
  ): Promise<string>;
  /** Numbers and shows a look of this key that was opened, or another one if that was found meanwhile; resolves to its sequencer. */
  show(look: string, key: string): Promise<string>;
  /** Adds a look that is shown at once. */
  add(key: string): Promise<void>;
  /** Adds a look that is shown at once if tickets are open for an upload of this image. */
  addForTicket(imageId: ImageId): Promise<void>;
}

/** Looks of a history: messages that are hidden until they are shown, or found once their writer is at work no more. */
export class HistoryLooks {
  readonly #messages: Message[];
  readonly #opened = new Map<string, Message>();
  #number = 0;

  constructor(messages: Message[]) {
    this.#messages = messages;
  }

  /** The looks as one writer opens and shows them; `isAtWork` says whether that writer may still be writing. */
  createView(isAtWork: () => boolean): Looks {
    return {
      open: async (key) => {
        const message: Message = {
          change: { type: "unknown", key, sequencer: "" },
          attempt: 0,
          inFlight: false,
          isHidden: isAtWork,
        };
        this.#messages.push(message);
        const name = String(this.#opened.size);
        this.#opened.set(name, message);
        return name;
      },
      show: async (look, key) => {
        const message = this.#opened.get(look);
        return message?.change.type === "unknown" && message.change.sequencer === ""
          ? this.showLook(message)
          : this.#add(key);
      },
      add: async (key) => void this.#add(key),
      addForTicket: async () => {},
    };
  }

  /** Numbers and shows a look; resolves to its number. */
  showLook(message: Message): string {
    this.#number += 1;
    const sequencer = String(this.#number).padStart(19, "0");
    message.change = { type: "unknown", key: message.change.key, sequencer };
    message.isHidden = undefined;
    return sequencer;
  }

  #add(key: string): string {
    const message: Message = { change: { type: "unknown", key, sequencer: "" }, attempt: 0, inFlight: false };
    this.#messages.push(message);
    return this.showLook(message);
  }
}
