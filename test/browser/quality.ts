import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, it } from "@jest/globals";
import type { Page } from "playwright-core";
import type { Journey } from "../support/browser/backends.js";
import { type Looks, Visitor } from "../support/browser/chromium.js";
import { isNear, PictureFolder } from "../support/browser/pictures.js";
import { CORNERS, drawTestImage } from "../support/images.js";
import { takeSample } from "../support/sample.js";

/** Gzipped bytes that all scripts of the page may have. */
const SCRIPT_BYTES = 130_000;

/** Every way in which a rendition may have another shape than its image. */
export const SHAPES = {
  thumb: { width: 200, height: 200 },
  banner: { width: 1_200, height: 400 },
  preview: { width: 1_280, format: "webp" },
  padded: { width: 200, height: 200, fit: "contain", format: "png" },
  stretched: { width: 200, height: 200, fit: "fill", format: "png" },
} as const;

const LOOKS: readonly Looks[] = [
  { theme: "light" },
  { theme: "dark", phone: true },
  { theme: "dark" },
  { theme: "light", phone: true },
];

/** A violation as axe reports it. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The rules of every view: for all people, within its budgets, and without a jump. */
export function describeQuality({ browser, backend }: Journey): void {
  let pictures: PictureFolder;
  let visitor: Visitor | undefined;
  let imageId: string;
  beforeAll(async () => {
    pictures = new PictureFolder();
    const { client } = backend();
    const file = new File([new Uint8Array(await drawTestImage({ width: 600, height: 200 }))], "wide.jpg");
    imageId = (await client.upload(file)).imageId;
    const broken = new File(["Dear reader, this is no picture."], "letter.jpg", { type: "image/jpeg" });
    await client.upload(broken).catch(() => {});
  });
  afterEach(() => visitor?.close());
  afterAll(() => pictures.remove());

  it("has scripts that are small, and all of them from its own origin, in few requests", async () => {
    const dir = "dist/dashboard/dashboard";
    const scripts = readdirSync(dir).filter((name) => name.endsWith(".js"));
    const bytes = scripts.map((name) => gzipSync(readFileSync(join(dir, name))).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(SCRIPT_BYTES);
    visitor = await Visitor.open(browser());
    await visitor.page.goto(backend().url);
    await visitor.page.locator('img[data-arrived="true"]').first().waitFor();
    const { origin } = new URL(backend().url);
    expect(visitor.requests.filter((url) => !url.startsWith(origin) && !url.startsWith("data:"))).toEqual([]);
    const asked = visitor.requests.filter((url) => !url.startsWith("data:") && !url.includes("/renditions/"));
    // The page, its style and script, its settings, the status and the first images; its icon at most; the stream of events,
    // and the first images again once it is open.
    expect(asked.length).toBeLessThanOrEqual(9);
    expect(visitor.faults).toEqual([]);
  });

  it("does not shift while pictures arrive", async () => {
    visitor = await Visitor.open(browser());
    await visitor.page.addInitScript(
      `globalThis.shift = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });`,
    );
    await visitor.page.goto(backend().url);
    await visitor.page.locator('img[data-arrived="true"]').first().waitFor();
    expect(await visitor.page.evaluate<number>("globalThis.shift")).toBe(0);
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await visitor.page.route("**/renditions/**", async (route) => {
      await released;
      await route.continue();
    });
    // All that is not held has come by then.
    const held = visitor.page.waitForRequest(/renditions/);
    await visitor.page.goto(`${backend().url}?image=${imageId}`, { waitUntil: "commit" });
    await held;
    await visitor.page.getByText("padded (all of it, padded)").waitFor();
    await visitor.page.evaluate(
      "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))",
    );
    release();
    await visitor.page.waitForLoadState("load");
    await visitor.page.evaluate("Promise.all([...document.images].map((one) => one.decode()))");
    await visitor.page.evaluate(
      "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))",
    );
    expect(await visitor.page.evaluate<number>("globalThis.shift")).toBe(0);
  });

  it("moves nothing for whoever wants nothing to move", async () => {
    visitor = await Visitor.open(browser());
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto(backend().url);
    await page.locator('.tile img[data-fades="true"]').first().waitFor();
    const longest = await page.evaluate<number>(
      `Math.max(...[...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
        .map((style) => Math.max(parseFloat(style.animationDuration), parseFloat(style.transitionDuration))))`,
    );
    expect(longest).toBeLessThan(0.001);
  });

  it("fits a window of 320 pixels, whatever the shape and the name of an image", async () => {
    const { client } = backend();
    const name = `${"\u0635\u0648\u0631\u0629-".repeat(20)}panorama.jpg`;
    const bytes = new Uint8Array(await drawTestImage({ width: 2_400, height: 30 }));
    const { imageId: panorama } = await client.upload(new File([bytes], name));
    visitor = await Visitor.open(browser(), { phone: true });
    const { page } = visitor;
    await page.setViewportSize({ width: 320, height: 640 });
    const computeOverflow = () =>
      page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    await page.goto(`${backend().url}?image=${panorama}`);
    await page.locator('img[data-crop="banner"]').waitFor();
    expect(await computeOverflow()).toBe(0);
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator(`.tile a[data-image="${panorama}"]`).waitFor();
    expect(await computeOverflow()).toBe(0);
    await page.getByRole("link", { name: "Pipeline" }).click();
    await page.getByRole("heading", { name: "Configuration in force" }).waitFor();
    expect(await computeOverflow()).toBe(0);
  });

  it("lets crops follow the focal point, and shows what is padded or stretched as it is", async () => {
    visitor = await Visitor.open(browser());
    const { page } = visitor;
    await page.goto(`${backend().url}?image=${imageId}`);
    const find = (name: string) => page.locator(`img[data-crop="${name}"]`);
    await page.getByText("padded (all of it, padded)").waitFor();
    await page.getByText("stretched (all of it, stretched)").waitFor();
    await page.getByRole("button", { name: /^Focal point/ }).focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press("Shift+ArrowLeft");
    await page.getByText("thumb (preview)").waitFor();
    expect(await isNear(find("thumb"), 0.9, 0.2, CORNERS.topLeft)).toBe(true);
    expect(await isNear(find("stretched"), 0.9, 0.2, CORNERS.topRight)).toBe(true);
    expect(await isNear(find("padded"), 0.9, 0.45, CORNERS.topRight)).toBe(true);
    expect(await isNear(find("padded"), 0.5, 0.1, [255, 255, 255])).toBe(true);
  });

  it.each(takeSample(LOOKS, LOOKS.length))(
    "breaks no rule of axe in any view, as $theme, on a phone: $phone",
    async (looks) => {
      visitor = await Visitor.open(browser(), looks);
      const { page } = visitor;
      const { url } = backend();
      await page.goto(url);
      await page.locator('img[data-arrived="true"]').first().waitFor();
      expect(await listViolations(page)).toEqual([]);
      await page.goto(`${url}?image=${imageId}`);
      await page.getByRole("button", { name: "Save focal point" }).waitFor();
      expect(await listViolations(page)).toEqual([]);
      await backend().client.startReconcile();
      await page.goto(`${url}?view=pipeline`);
      await page.getByText(/: complete, /).waitFor();
      await page.getByRole("heading", { name: "Configuration in force" }).waitFor();
      expect(await listViolations(page)).toEqual([]);
      await page.goto(`${url}?tag=nothing`);
      await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
      expect(await listViolations(page)).toEqual([]);
      await page.goto(url);
      const file = pictures.write("broken.jpg", "no picture");
      await page.locator('input[type="file"]').first().setInputFiles(file);
      await page.getByRole("heading", { name: /refused/ }).waitFor();
      expect(await listViolations(page)).toEqual([]);
    },
  );
}

/** Lists what axe finds, once nothing moves any more. */
async function listViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync("node_modules/axe-core/axe.min.js", "utf8"));
  await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))");
  const tags = JSON.stringify(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    `axe.run(document, { runOnly: ${tags} })`,
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
  );
}
