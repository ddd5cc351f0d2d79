import { ApiError, type ErrorFacts, toApiError } from "./api-error.js";
import { realTime, type Timing } from "./timing.js";

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
  /** How long the answer may take. Default: {@link ANSWER_SECONDS} more than the API should wait. */
  readonly limitSeconds?: number;
  readonly signal?: AbortSignal;
  /** The image that the request is about, for errors. */
  readonly imageId?: string;
  /** The fields without which an answer is not one of the API. */
  readonly fields?: readonly string[];
}

/** Seconds for an answer that waits for nothing, a cold start of the API included. */
export const ANSWER_SECONDS = 30;

/** Sends requests to the API and reads its JSON. */
export class Transport {
  readonly timing: Timing;
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions, timing: Timing = realTime) {
    this.timing = timing;
    this.#options = options;
    this.#base = String(options.baseUrl).replace(/\/+$/, "");
  }

  /**
   * Resolves to the answer's JSON, which beyond its `fields` is trusted to be what the API describes. Throws `ApiError`, or
   * the signal's reason once that is aborted.
   */
  async requestJson<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
    const { method = "GET", body, waitSeconds, imageId, fields = [], signal } = request;
    const { limitSeconds = (waitSeconds ?? 0) + ANSWER_SECONDS } = request;
    const facts = imageId === undefined ? {} : { imageId };
    const headers = await this.#createHeaders("application/json", facts);
    if (body !== undefined) headers["content-type"] = "application/json";
    if (waitSeconds !== undefined) headers.prefer = `wait=${waitSeconds}`;
    return limitTime({ seconds: limitSeconds, signal, facts }, async (limit) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const init = { method, headers, body: sent, signal: limit };
      const response = await this.fetch(`${this.#base}${path}`, init, facts);
      if (!response.ok) throw await toApiError(response, facts);
      const text = await receive(() => response.text(), limit, facts);
      return parseAnswer<Answer>(text, { response, fields, facts });
    });
  }

  /**
   * Resolves to a stream of server-sent events once it has begun. Throws `ApiError`, or the signal's reason; so does reading
   * it once the signal is aborted.
   */
  async openStream(
    path: string,
    { headers, signal }: { readonly headers: Record<string, string>; readonly signal?: AbortSignal },
  ): Promise<ReadableStream<Uint8Array>> {
    signal?.throwIfAborted();
    const sent = { ...(await this.#createHeaders("text/event-stream", {})), ...headers };
    const init: RequestInit = { headers: sent, ...(signal && { signal }) };
    const response = await this.fetch(`${this.#base}${path}`, init, {});
    if (!response.ok) throw await toApiError(response);
    if (response.body && response.headers.get("content-type")?.startsWith("text/event-stream"))
      return response.body;
    await response.body?.cancel();
    throw new ApiError("not-found", "the API answered without a stream of events", {
      status: response.status,
    });
  }

  /** Sends any request, such as that of a ticket, without the token. Throws `ApiError` where no answer comes. */
  fetch(url: string, init: RequestInit, facts: ErrorFacts): Promise<Response> {
    const send = this.#options.fetch ?? globalThis.fetch;
    return receive(() => send(url, init), init.signal, facts);
  }

  async #createHeaders(accept: string, facts: ErrorFacts): Promise<Record<string, string>> {
    if (this.#options.token === undefined) return { accept };
    return { accept, authorization: `Bearer ${await this.#readToken(facts)}` };
  }

  async #readToken(facts: ErrorFacts): Promise<string> {
    const { token } = this.#options;
    try {
      return typeof token === "function" ? await token() : String(token);
    } catch (cause) {
      throw new ApiError("unauthenticated", "the token of the client was not to be had", { ...facts, cause });
    }
  }
}

/** Resolves to what arrives. Throws the signal's reason once that is aborted, and an `ApiError` if nothing comes. */
async function receive<Arrived>(
  arrive: () => Promise<Arrived>,
  signal: AbortSignal | null | undefined,
  facts: ErrorFacts,
): Promise<Arrived> {
  try {
    return await arrive();
  } catch (cause) {
    signal?.throwIfAborted();
    const message = "the server was not reached, or its answer was lost";
    throw new ApiError("unavailable", message, { ...facts, cause });
  }
}

/** Does `work` with a signal that is aborted with the caller's own, or by an `ApiError` after so many seconds. */
async function limitTime<Result>(
  limits: { readonly seconds: number; readonly signal?: AbortSignal; readonly facts: ErrorFacts },
  work: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { seconds, signal, facts } = limits;
  signal?.throwIfAborted();
  const limit = new AbortController();
  const stop = () => limit.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(() => {
    limit.abort(new ApiError("unavailable", `the server did not answer within ${seconds} seconds`, facts));
  }, seconds * 1_000);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** A page of a proxy or of a captive portal comes with 200 as well. */
function parseAnswer<Answer>(
  text: string,
  from: { readonly response: Response; readonly fields: readonly string[]; readonly facts: ErrorFacts },
): Answer {
  const { response, fields, facts } = from;
  try {
    const answer = Object(JSON.parse(text));
    if (fields.every((field) => field in answer)) return answer;
  } catch {
    // Described below, like JSON of somebody else.
  }
  const { status, headers } = response;
  const message = `expected JSON of the API for the answer but received ${headers.get("content-type") ?? "other content"}; something between may have answered`;
  throw new ApiError("unavailable", message, { ...facts, status });
}

/** The query of these parameters, with its question mark; empty without any. */
export function toQueryString(query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  const text = String(parameters);
  return text === "" ? "" : `?${text}`;
}
