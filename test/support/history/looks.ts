import { type Looks, toSequencer } from "../../../src/adapters/postgres/looks.js";
import type { Message } from "./world.js";

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
    const sequencer = toSequencer(String(this.#number));
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
