import { toApiError } from "./api-error.js";

/** Where the API is, and how it is reached. */
export interface ClientOptions {
  /** Where the API is served, such as `https://images.example`. In a browser it may be relative to the page. */
  readonly baseUrl: string | URL;
  /** Sent as a bearer token. A function is called before each request, for tokens that expire. Default: none is sent. */
  readonly token?: string | (() => string | Promise<string>);
  /** The `fetch` to send requests with. Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** One request to the API. */
export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** How long the API should wait for the image to be settled. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
}

/** Sends requests to the API and reads its JSON. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = String(options.baseUrl).replace(/\/+$/, "");
  }

  /** Resolves to the answer's JSON, which is trusted to be what the API describes. Throws `ApiError`. */
  async requestJson<Answer>(
    path: string,
    { method = "GET", body, waitSeconds, signal }: ApiRequest = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { accept: "application/json" };
    const { token } = this.#options;
    if (token !== undefined)
      headers.authorization = `Bearer ${typeof token === "string" ? token : await token()}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    if (waitSeconds !== undefined) headers.prefer = `wait=${waitSeconds}`;
    const response = await this.fetch(`${this.#base}${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw await toApiError(response);
    return response.json() as Promise<Answer>;
  }

  /** Sends any other request, such as that of a ticket, without the token. */
  fetch(url: string, init: RequestInit): Promise<Response> {
    const send = this.#options.fetch ?? globalThis.fetch;
    return send(url, init);
  }
}
