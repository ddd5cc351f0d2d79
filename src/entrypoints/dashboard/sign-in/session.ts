import { ApiError, type SafelightClient, safelightClient } from "../../http/client/index.js";
import { Store } from "../shared/store.js";
import { readSettings, resolveApi, type Settings } from "./settings.js";

/** The state of the page: still finding out, waiting for credentials, or working with a client. */
export type Session =
  | { readonly state: "starting" }
  | { readonly state: "broken" }
  | { readonly state: "signed-out"; readonly settings: Settings; readonly reason?: string }
  | {
      readonly state: "signed-in";
      readonly settings: Settings;
      readonly client: SafelightClient;
      /** Its requests outlive the page: for what is sent when that is left. */
      readonly lasting: SafelightClient;
    };

export const session = new Store<Session>({ state: "starting" });

const TOKEN = "safelight-token";

/** Begins: with what the page is set up for, and with the credentials that this tab still has. */
export async function startSession(): Promise<void> {
  try {
    const settings = await readSettings();
    if (settings.access === "open") return openSession(settings);
    if (settings.access === "token") {
      const token = sessionStorage.getItem(TOKEN);
      return token === null
        ? session.set({ state: "signed-out", settings })
        : openSession(settings, () => token);
    }
    await resumeOpenId(settings);
  } catch {
    session.set({ state: "broken" });
  }
}

/** Tries a token: it is kept, for this tab alone, once the API has taken it. Throws what the API says. */
export async function tryToken(settings: Settings, token: string): Promise<void> {
  await safelightClient({ baseUrl: resolveApi(settings), token }).list({ limit: 1 });
  sessionStorage.setItem(TOKEN, token);
  openSession(settings, () => token);
}

/** Sends the reader to the provider, which sends them back. */
export async function leaveForProvider(settings: Settings): Promise<void> {
  const openid = await import("./openid.js");
  await openid.leaveForProvider(settings);
}

/**
 * Forgets the credentials, and signs out at the provider if somebody asked for it. `reason` says why somebody who did not is
 * signed out.
 */
export async function signOut(reason?: string): Promise<void> {
  const now = session.get();
  if (now.state !== "signed-in" || now.settings.access === "open") return;
  const { settings } = now;
  sessionStorage.removeItem(TOKEN);
  session.set({ state: "signed-out", settings, ...(reason && { reason }) });
  if (settings.access !== "openid") return;
  const openid = await import("./openid.js");
  if (reason !== undefined) openid.forgetTokens();
  // Where the provider is not reached, the tokens are forgotten here all the same.
  else await openid.signOutAtProvider(settings).catch(() => {});
}

/** Signs out where the API no longer takes the credentials: all that is asked for would fail. */
export function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.code === "unauthenticated")
    void signOut("Your sign-in has ended. Sign in again to go on.");
}

async function resumeOpenId(settings: Settings): Promise<void> {
  const { returnFromProvider } = await import("./openid.js");
  try {
    const readToken = await returnFromProvider(settings);
    if (readToken) openSession(settings, readToken);
    else session.set({ state: "signed-out", settings });
  } catch (error) {
    session.set({
      state: "signed-out",
      settings,
      reason: `You were not signed in: ${describeRefusal(error)}.`,
    });
  }
}

function describeRefusal(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, "") : "the provider refused";
}

function openSession(settings: Settings, token?: () => string | Promise<string>): void {
  const options = { baseUrl: resolveApi(settings), ...(token && { token }) };
  session.set({
    state: "signed-in",
    settings,
    client: safelightClient(options),
    lasting: safelightClient({
      ...options,
      fetch: (url, init) => fetch(url, { ...init, keepalive: true }),
    }),
  });
}
