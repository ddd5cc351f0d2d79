import { deriveImageId, type ImageId } from "../../../src/domain/model/image-id.js";
import type { SentTicket } from "../../../src/ports/contracts/index.js";
import { sendTicket } from "../cloud/send-ticket.js";
import type { PlayedProcess } from "./process.js";
import type { Expected } from "./settle.js";

/** Somebody who does one thing after the other to one image, and each again while the API is unavailable. */
export class Caller {
  readonly #process: PlayedProcess;
  readonly #id: string;
  readonly #key: string;
  readonly #imageId: ImageId;
  /** How often an answer said that the service is unavailable. */
  refusals = 0;

  constructor(process: PlayedProcess, id: string) {
    this.#process = process;
    this.#id = id;
    this.#key = `uploads/${id}.png`;
    this.#imageId = deriveImageId(this.#key);
  }

  /** Uploads, edits, replaces, asks for it anew, removes, and may upload again. */
  async play(
    draw: (text: string) => Uint8Array,
    returns: "never" | "by ticket" | "by the API",
  ): Promise<Expected> {
    const expected = { imageId: this.#imageId, key: this.#key, wasRemoved: true };
    await this.#upload(draw("first"));
    await this.#edit("a first text");
    await this.#uploadByTicket(draw("second"));
    await this.#send([200, 202], "/process", { key: this.#key, force: true });
    await this.#remove();
    if (returns === "never") return expected;
    const bytes = draw("third");
    await (returns === "by ticket" ? this.#uploadByTicket(bytes) : this.#upload(bytes));
    await this.#edit("a last text");
    return { ...expected, bytes, alt: "a last text" };
  }

  /** Uploads, and waits until the image is ready. */
  async upload(bytes: Uint8Array): Promise<Expected> {
    await this.#upload(bytes);
    return { imageId: this.#imageId, key: this.#key, bytes, wasRemoved: false };
  }

  async #upload(bytes: Uint8Array): Promise<void> {
    const body = Buffer.from(bytes);
    await this.#ask(202, "/images", { method: "POST", body, headers: { "content-type": "image/png" } });
    await this.#waitUntilReady();
  }

  /** Uploads to the store itself, as a browser does. */
  async #uploadByTicket(bytes: Uint8Array): Promise<void> {
    const request = { contentType: "image/png", bytes: bytes.length };
    const answer = await this.#send([200, 201], "/uploads", request);
    const ticket = (await answer.json()) as SentTicket;
    while (!(await sendTicket(ticket, bytes).catch(() => false))) this.refusals += 1;
    await this.#ask(202, `/uploads/${this.#imageId}/complete`, { method: "POST" });
    await this.#waitUntilReady();
  }

  async #waitUntilReady(): Promise<void> {
    for (;;) {
      const answer = await this.#ask([200, 404], `/images/${this.#imageId}`, {
        headers: { prefer: "wait=5" },
      });
      const { status, failure } = (await answer.json()) as { status?: string; failure?: object };
      if (status === "ready") return;
      if (status === "rejected") throw new Error(`the picture was blamed: ${JSON.stringify(failure)}`);
    }
  }

  /** Removes, and waits until that is done. */
  async #remove(): Promise<void> {
    for (;;) {
      const init = { method: "DELETE", headers: { prefer: "wait=5" } };
      const answer = await this.#ask(202, `/images/${this.#imageId}`, init);
      const { removed } = (await answer.json()) as { removed: boolean };
      if (removed) return;
    }
  }

  async #edit(alt: string): Promise<void> {
    await this.#send(200, `/images/${this.#imageId}`, { alt }, "PATCH");
  }

  #send(status: number | readonly number[], path: string, body: object, method = "POST"): Promise<Response> {
    const headers = { "content-type": "application/json", prefer: "respond-async" };
    return this.#ask(status, path, { method, headers, body: JSON.stringify(body) });
  }

  async #ask(wanted: number | readonly number[], path: string, init: RequestInit): Promise<Response> {
    for (;;) {
      const answer = await this.#process.ask(this.#id, path, init);
      if ([wanted].flat().includes(answer.status)) return answer;
      const text = await answer.text();
      if (answer.status !== 503 || answer.headers.get("retry-after") === null)
        throw new Error(`${init.method ?? "GET"} ${path} answered ${answer.status} ${text}`);
      this.refusals += 1;
      await this.#process.pause(Number(answer.headers.get("retry-after")) * 1_000);
    }
  }
}
