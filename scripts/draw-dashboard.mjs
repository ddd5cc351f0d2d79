import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { safelightClient } from "../dist/entrypoints/http/client/index.js";
import { startServer } from "../dist/entrypoints/server/server.js";
import { findChromium } from "./jest/chromium.mjs";

/*
 * Draws the pictures of docs/dashboard: `node scripts/draw-dashboard.mjs`, after a build. Every view in both themes, on a desk
 * and on a phone, small enough to be kept.
 */

const INTO = "docs/dashboard";
const LOOKS = ["light", "dark"].flatMap((theme) =>
  [
    { device: "desktop", viewport: { width: 1280, height: 800 } },
    { device: "phone", viewport: { width: 390, height: 780 } },
  ].map((look) => ({ ...look, theme })),
);

/** Takes one picture of what is seen, at half its size on a desk. */
async function drawView(page, view, { device, theme }) {
  // The stream of events keeps the network busy for as long as the page is open.
  await page.waitForFunction(() =>
    [...globalThis.document.images].every(({ complete, loading }) => complete || loading === "lazy"),
  );
  await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))");
  const width = device === "phone" ? 320 : 800;
  const bytes = await sharp(await page.screenshot())
    .resize({ width })
    .webp({ quality: 78, effort: 6 })
    .toBuffer();
  writeFileSync(join(INTO, `${view}-${theme}-${device}.webp`), bytes);
  return bytes.length;
}

/** Opens a page in each of the looks, and draws what `show` leads to. */
async function drawEverywhere(browser, url, view, show = async () => {}) {
  let total = 0;
  for (const look of LOOKS) {
    const isPhone = look.device === "phone";
    const context = await browser.newContext({
      viewport: look.viewport,
      colorScheme: look.theme,
      hasTouch: isPhone,
      isMobile: isPhone,
    });
    const page = await context.newPage();
    await page.goto(url);
    await show(page);
    total += await drawView(page, view, look);
    await context.close();
  }
  return total;
}

/** Uploads the samples, some of them twice as other pictures, and a file that is none. */
async function fill(client) {
  const names = readdirSync("samples");
  for (const [index, name] of [...names, ...names, ...names].entries()) {
    const bytes = readFileSync(join("samples", name));
    const title =
      index < names.length ? name : name.replace(".", `-${1 + Math.floor(index / names.length)}.`);
    await client.upload(new File([bytes], title));
  }
  await client
    .upload(new File([readFileSync("samples/dunes.jpg").subarray(0, 9_000)], "broken.jpg"))
    .catch(() => {});
}

const dir = mkdtempSync(join(tmpdir(), "safelight-dashboard-"));
mkdirSync(INTO, { recursive: true });
const config = {
  thumbnails: {
    thumb: { width: 320, height: 320 },
    banner: { width: 1200, height: 400, format: "webp" },
    preview: { width: 1280, format: "webp" },
  },
  tagging: { provider: "local" },
};
const server = await startServer({ dir, port: 0, config });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const client = safelightClient({ baseUrl: server.url });
  let total = await drawEverywhere(browser, server.url, "empty", (page) =>
    page.getByRole("heading", { name: "Drop your first pictures here" }).waitFor(),
  );
  await fill(client);
  const { items } = await client.list();
  const lake = items.find(({ fileName }) => fileName === "mountain-lake.jpg");
  await client.edit(lake.imageId, {
    alt: "A mountain above a lake at dawn",
    focalPoint: { x: 0.48, y: 0.3 },
  });
  const waitForPictures = (page) => page.locator('img[data-arrived="true"]').nth(3).waitFor();
  total += await drawEverywhere(browser, server.url, "gallery", waitForPictures);
  total += await drawEverywhere(browser, `${server.url}?image=${lake.imageId}`, "image", (page) =>
    page.locator(".surface img").waitFor(),
  );
  await client.startReconcile();
  total += await drawEverywhere(browser, `${server.url}?view=pipeline`, "pipeline", (page) =>
    page.getByText(/: complete, /).waitFor(),
  );
  total += await drawEverywhere(browser, server.url, "upload", async (page) => {
    await waitForPictures(page);
    const files = [
      ["city.webp", readFileSync("samples/city-at-night.webp")],
      ["letter.jpg", Buffer.from("no picture")],
      ["sea.jpg", readFileSync("samples/evening-sea.jpg")],
    ];
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles(files.map(([name, buffer]) => ({ name, mimeType: "", buffer })));
    await page.getByRole("heading", { name: /2 images ready, 1 refused/ }).waitFor();
  });
  console.log(`${LOOKS.length * 5} pictures in ${INTO}, ${Math.round(total / 1_000)} kB`);
} finally {
  await browser.close();
  await server.close(5_000);
  rmSync(dir, { recursive: true, force: true });
}
