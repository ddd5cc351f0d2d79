import type { ChangeQueue, Delivery, ImageRequest } from "../../../src/index.js";
import type { ToyConnection } from "./connection.js";

/** Asks and changes as messages of the toy service. It cannot be asked for those of one key. */
export class ToyChangeQueue implements ChangeQueue {
  readonly #connection: ToyConnection;

  constructor(connection: ToyConnection) {
    this.#connection = connection;
  }

  async send(ask: ImageRequest): Promise<void> {
    const text = JSON.stringify(ask);
    await this.#connection.request("send", (service) => service.send(text));
  }

  async receive({ limit }: { limit: number }): Promise<readonly Delivery[]> {
    const connection = this.#connection;
    const messages = await connection.request("receive", (service) => service.receive(connection, limit));
    return messages.map(({ id, text, attempt }) => ({ id, change: JSON.parse(text), attempt }));
  }

  async acknowledge(id: string): Promise<void> {
    await this.#connection.request("acknowledge", (service) => service.acknowledge(id));
  }

  async release(id: string): Promise<void> {
    await this.#connection.request("release", (service) => service.release((message) => message.id === id));
  }
}
