import type { Browser } from "playwright-core";
import { type SafelightClient, safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { Place } from "../../entrypoints/server/start-server.js";

/** A page and the API behind it. */
export interface Backend {
  /** Where the page is. */
  readonly url: string;
  /** The same API, for what a test does beside the page. */
  readonly client: SafelightClient;
  /** The URLs that uploads go to, as a pattern. */
  readonly uploads: string;
  close(): Promise<void>;
}

/** The two ends of a journey. */
export interface Journey {
  readonly browser: () => Browser;
  readonly backend: () => Backend;
  /** Whether the API streams events; elsewhere the page asks again every few seconds. */
  readonly streams: boolean;
}

/** `safelight serve`, in a process of its own. */
export async function startLocalBackend(
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Backend> {
  const place = new Place();
  const server = await place.serve(words, env);
  const token = env.SAFELIGHT_TOKEN;
  return {
    url: `${server.url}/`,
    client: safelightClient({ baseUrl: server.url, ...(token && { token }) }),
    uploads: "**/uploads/form*",
    close: () => place.remove(),
  };
}
