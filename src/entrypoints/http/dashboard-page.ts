/*
 * What whoever serves the dashboard has to know of it: the server that runs beside the API, and the construct that puts its
 * files behind a CDN. It loads nothing.
 */

/** A provider of OpenID Connect, at which people sign in by authorization code with PKCE; `authorize` of the API checks its tokens. */
export interface OpenIdAccess {
  /** Its URL, below which it describes itself. */
  readonly issuer: string;
  /** The name of the page there: a public client that may be sent back to the URL of the page. */
  readonly clientId: string;
  /** Asked for beside `openid`, separated by spaces. Default: nothing. */
  readonly scope?: string;
}

/** The credentials that the page asks people for before it uses the API: nothing, a token, or that they sign in. */
export type DashboardAccess = "open" | "token" | OpenIdAccess;

/** Where the files of the page are, beside `index.html` at `/`. */
export const PAGE_FILES = "/dashboard";

/** A file that is named by its content never changes; the page itself and its settings have one name for ever. */
export const PAGE_CACHE_CONTROL = {
  files: "public, max-age=31536000, immutable",
  index: "no-cache",
} as const;

/** How the page is set up, as it reads it from `settings.json` among its files. The API is at the origin of the page. */
export function createPageSettings(access: DashboardAccess) {
  const openid = typeof access === "object" ? access : undefined;
  return { api: ".", access: openid ? "openid" : access, ...(openid && { openid }) };
}

/**
 * The page's own scripts and styles, nothing inline, no frame around it, and pictures and requests only where they belong:
 * to `origins` both, to `connections` requests alone.
 */
export function formatContentSecurityPolicy(others: {
  readonly origins: readonly string[];
  readonly connections: readonly string[];
}): string {
  const list = (origins: readonly string[]) => origins.map((origin) => ` ${origin}`).join("");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${list(others.origins)}`,
    `connect-src 'self'${list([...others.origins, ...others.connections])}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}
