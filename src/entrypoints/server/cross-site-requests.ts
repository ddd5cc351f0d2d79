import { quote, SafelightError } from "../../domain/model/errors.js";

/** The effect of a request: it changes data, reads data, or embeds a picture whose URL is known. */
export type Intent = "writing" | "reading" | "embedding";

/**
 * Makes what keeps web pages away from a server that asks for no credentials: any page that somebody opens can send
 * requests to this machine. Throws `forbidden` with a sentence for what a page of another site sends.
 *
 * - A name that is not this machine's own in `Host` is that of a page whose owner had it point here (DNS rebinding):
 *   for the browser, page and server would be one site, and everything could be read.
 * - Browsers say where a request comes from (`Sec-Fetch-Site`, `Origin`), and no page can make them lie. Programs
 *   such as curl say nothing and are let through, and so is what comes from a `trusted` origin.
 */
export function refuseOtherSites(
  trusted: readonly string[],
): (request: Request, intent: Intent) => "allowed" {
  return ({ headers }, intent) => {
    const host = headers.get("host") ?? "";
    if (!isOwnName(host))
      throw createRefusal(
        "a name of this machine, such as localhost, for Host",
        host,
        "to serve other names, set SAFELIGHT_TOKEN",
      );
    if (intent === "embedding" || trusted.includes(headers.get("origin") ?? "")) return "allowed";
    const site = headers.get("sec-fetch-site");
    if (intent === "reading") {
      // A link on a page may be followed; what it leads to is shown to its reader, not told to the page.
      if (site !== "cross-site" || headers.get("sec-fetch-mode") === "navigate") return "allowed";
    } else if (site === null ? isOwnOrigin(headers.get("origin"), host) : isOwnSite(site)) return "allowed";
    throw createRefusal(
      `a request from this server's own pages for ${intent}`,
      site ?? headers.get("origin") ?? "",
      "allow other sites with --cors",
    );
  };
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The port does not matter: it may be forwarded. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
  return name === "[::1]" || (name !== "::1" && isLoopback(name));
}

/** `none`: somebody typed it in. */
function isOwnSite(site: string): boolean {
  return site === "same-origin" || site === "none";
}

/** Older browsers send no `Sec-Fetch-Site`, but `Origin` with all that writes. */
function isOwnOrigin(origin: string | null, host: string): boolean {
  return origin === null || origin === `http://${host}` || origin === `https://${host}`;
}

function createRefusal(expected: string, received: string, hint: string): SafelightError {
  return new SafelightError("forbidden", `expected ${expected} but received ${quote(received)}; ${hint}`);
}
