/** How the page is set up, told by whoever serves it in `dashboard/settings.json`. */
export interface Settings {
  /** Where the API is, absolute or relative to the page. */
  readonly api: string;
  /** Who may use it: everybody who reaches it, who knows a token, or who signs in with a provider of OpenID Connect. */
  readonly access: "open" | "token" | "openid";
  readonly openid?: OpenIdSettings;
}

/** The provider of OpenID Connect, and what this page is to it. */
export interface OpenIdSettings {
  /** The URL below which the provider describes itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Asked for beside `openid`, separated by spaces. */
  readonly scope?: string;
  /** Sent to the API: an access token unless its authorizer reads identity tokens. */
  readonly tokenKind?: "access" | "id";
}

/** Reads how the page is set up. Throws where it is served by something that does not say. */
export async function readSettings(): Promise<Settings> {
  const answer = await fetch("./dashboard/settings.json", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`the settings of the page were answered with ${answer.status}`);
  return (await answer.json()) as Settings;
}

/** The API's own URL, without a slash at its end. */
export function resolveApi({ api }: Settings): string {
  return new URL(api, location.href.replace(/[?#].*$/, "")).href.replace(/\/+$/, "");
}
