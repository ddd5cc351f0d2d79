import { request } from "node:http";

/** As much of a browser's `XMLHttpRequest` as sends a form and tells how far it is, over a real socket. */
export class NodeXmlHttpRequest {
  /** How many were sent. */
  static sent = 0;
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = {
    onprogress: null,
  };
  status = 0;
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  #method = "";
  #url = "";
  readonly #headers: Record<string, string> = {};
  #answered: Readonly<Record<string, string | string[] | undefined>> = {};
  readonly #stop = new AbortController();

  open(method: string, url: string): void {
    this.#method = method;
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name.toLowerCase()] = value;
  }

  send(content: Blob | FormData): void {
    NodeXmlHttpRequest.sent += 1;
    this.#send(content).then(
      () => this.onload?.(),
      () => (this.#stop.signal.aborted ? this.onabort?.() : this.onerror?.()),
    );
  }

  getResponseHeader(name: string): string | null {
    return this.#answered[name]?.toString() ?? null;
  }

  abort(): void {
    this.#stop.abort();
  }

  async #send(content: Blob | FormData): Promise<void> {
    // The platform's own encoding of a form.
    const encoded = new Request("http://form", { method: "POST", body: content });
    const body = Buffer.from(await encoded.arrayBuffer());
    const headers: Record<string, string | number> = {
      "content-type": encoded.headers.get("content-type") ?? "",
      "content-length": body.length,
      ...this.#headers,
    };
    this.status = await new Promise<number>((resolve, reject) => {
      const sending = request(
        this.#url,
        { method: this.#method, headers, signal: this.#stop.signal },
        (answer) => {
          this.#answered = answer.headers;
          answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
        },
      );
      sending.on("error", reject);
      const half = Math.ceil(body.length / 2);
      sending.write(body.subarray(0, half), () => {
        this.upload.onprogress?.({ loaded: half, total: body.length });
        sending.end(body.subarray(half), () =>
          this.upload.onprogress?.({ loaded: body.length, total: body.length }),
        );
      });
    });
  }
}
