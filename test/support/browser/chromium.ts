import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findChromium } from "../../../scripts/jest/chromium.mjs";

/** No sandbox, because containers run as root; nothing that talks to anybody but the tests. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How a page is looked at. */
export interface Looks {
  readonly theme?: "light" | "dark";
  readonly phone?: boolean;
}

/** A browser for all tests of a file. */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("expected Chromium but found none; install it, or set SAFELIGHT_CHROMIUM");
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Somebody who has never been here, with what the page said and asked for. */
export class Visitor {
  readonly page: Page;
  /** Errors of the page, of its scripts and of its policy. */
  readonly faults: string[] = [];
  /** The URLs that it asked for. */
  readonly requests: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("console", (message) => {
      const { url } = message.location();
      // What was refused on purpose is told by the page as well.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
        this.faults.push(`${message.text()} ${url}`);
    });
    page.on("request", (request) => this.requests.push(request.url()));
  }

  static async open(browser: Browser, { theme = "light", phone = false }: Looks = {}): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: phone ? { width: 390, height: 780 } : { width: 1280, height: 800 },
      hasTouch: phone,
      isMobile: phone,
      colorScheme: theme,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    // Whatever is waited for comes, and on a busy machine late.
    context.setDefaultTimeout(40_000);
    return new Visitor(context, await context.newPage());
  }

  /** Drops files and folders of this machine on the page, as the system does. */
  async drop(paths: readonly string[]): Promise<void> {
    const session = await this.#context.newCDPSession(this.page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await session.send("Input.dispatchDragEvent", { type, x: 400, y: 500, data });
    await session.detach();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
