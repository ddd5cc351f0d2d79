import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import { SafelightError } from "../../domain/model/errors.js";
import type { Api } from "./app.js";
import {
  createPageSettings,
  type DashboardAccess,
  formatContentSecurityPolicy,
  PAGE_CACHE_CONTROL,
  PAGE_FILES,
} from "./dashboard-page.js";
import { computeEtag, matchesEtag } from "./etag.js";

/** Options of {@link serveDashboard}. */
export interface DashboardOptions {
  /** The credentials that the page asks people for before it uses the API: nothing, a token, or that they sign in. Default `open`. */
  readonly access?: DashboardAccess;
  /** Origins beside the page's own that it loads renditions from and uploads to, such as `https://images.example`. Default: none. */
  readonly origins?: readonly string[];
  /**
   * The origin that uploads go to: whoever opens the page by another name of this machine at the same port is sent there,
   * because for a browser those names are different sites. Default: nobody is.
   */
  readonly home?: string;
  /** The folder of the built page. Default: the one of this package. */
  readonly dir?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/**
 * Adds the dashboard: the page at `/`, its files below `/dashboard`, and how it is set up. All its views are queries of `/`,
 * so that no path of the API is in its way. No permission is needed: the page is the same for everybody, and what it shows
 * comes from the API. Call it before the API is mounted. Throws `not-found` if the page was not built.
 */
export function serveDashboard(api: Api, options: DashboardOptions = {}): void {
  const { dir = fileURLToPath(new URL("../../dashboard/", import.meta.url)), home } = options;
  const files = readPage(dir);
  const index = files.get("index.html");
  if (!index) {
    const message = `expected the built page in ${dir} but found no index.html; build it with npm run build`;
    throw new SafelightError("not-found", message);
  }
  const { access = "open", origins = [] } = options;
  const settings = createPageSettings(access);
  const policy = formatContentSecurityPolicy({
    origins,
    connections: settings.openid ? [new URL(settings.openid.issuer).origin] : [],
  });
  api.get("/", (c) => {
    if (home !== undefined && isOtherName(c.req.header("host"), home))
      return c.redirect(`${home}/${new URL(c.req.url).search}`, 302);
    c.header("Content-Security-Policy", policy);
    c.header("Referrer-Policy", "no-referrer");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    return send(c, index, PAGE_CACHE_CONTROL.index);
  });
  api.get(`${PAGE_FILES}/settings.json`, (c) =>
    c.body(JSON.stringify(settings), 200, {
      "content-type": "application/json",
      "cache-control": PAGE_CACHE_CONTROL.index,
    }),
  );
  for (const [name, file] of files)
    if (name !== "index.html") api.get(`/${name}`, (c) => send(c, file, PAGE_CACHE_CONTROL.files));
}

/** Whether a request came by another name of the machine, at the port of its home: another port may be forwarded from elsewhere. */
function isOtherName(host: string | undefined, home: string): boolean {
  const { host: own, port, protocol } = new URL(home);
  const url = `${protocol}//${host}`;
  return host !== own && URL.canParse(url) && new URL(url).port === port;
}

/** The files are read once: there are few, and they do not change while they are served. */
function readPage(dir: string): ReadonlyMap<string, PageFile> {
  const names = readFolder(dir).map((name) => name.replaceAll("\\", "/"));
  return new Map(
    names.flatMap((name) => {
      const type = TYPES[name.split(".").at(-1) ?? ""];
      if (type === undefined) return [];
      const bytes = new Uint8Array(readFileSync(join(dir, name)));
      return [[name, { type, bytes, gzipped: new Uint8Array(gzipSync(bytes)) }]];
    }),
  );
}

function readFolder(dir: string): readonly string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

function send(c: Context, { type, bytes, gzipped }: PageFile, cacheControl: string): Response {
  // Weak: compressed or not, it is the same file, and not the same bytes.
  const tag = computeEtag(`${bytes.length}:${new TextDecoder().decode(bytes)}`);
  const headers = {
    etag: `W/${tag}`,
    "cache-control": cacheControl,
    vary: "accept-encoding",
    "content-type": type,
  };
  if (matchesEtag(c.req.header("if-none-match"), tag)) return c.body(null, 304, headers);
  const isGzipTaken = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  if (!isGzipTaken) return c.body(bytes, 200, { ...headers, "content-length": `${bytes.length}` });
  return c.body(gzipped, 200, {
    ...headers,
    "content-encoding": "gzip",
    "content-length": `${gzipped.length}`,
  });
}
