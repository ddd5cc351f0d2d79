import { afterAll, afterEach, beforeAll, beforeEach, expect } from "@jest/globals";
import { waitUntilFound } from "../entrypoints/server/start-server.js";
import type { Journey } from "../support/browser/backends.js";
import { Visitor } from "../support/browser/chromium.js";
import { isNear, PictureFolder, readUrls } from "../support/browser/pictures.js";
import { CORNERS, drawTestImage } from "../support/images.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

/** All that somebody does with the page, whatever is behind it. The tests share one store, and each brings its own pictures. */
export function describeJourneys({ browser, backend, streams }: Journey): void {
  let visitor: Visitor;
  let pictures: PictureFolder;
  beforeAll(() => {
    pictures = new PictureFolder();
  });
  afterAll(() => pictures.remove());
  // An ordinary run has some of them: of a backend in a handful, and of one that streams nothing, where each takes longer, fewer.
  const test = takeSampleOfTests(streams ? 2 : 3);
  beforeEach(async () => {
    visitor = await Visitor.open(browser());
  });
  afterEach(async () => {
    const { faults } = visitor;
    await visitor.close();
    expect(faults).toEqual([]);
  });

  /** Uploads one picture and opens its view. */
  async function openPicture(name: string, width = 600): Promise<void> {
    const file = pictures.write(name, await drawTestImage({ width, height: 200 }));
    await visitor.page.goto(backend().url);
    await visitor.page.locator('input[type="file"]').first().setInputFiles(file);
    await visitor.page.locator(".uploads a.name", { hasText: name }).click();
    await visitor.page.getByRole("heading", { level: 1, name }).waitFor();
  }

  test("takes 30 dropped files in two folders, of which 27 become thumbnails and 3 are refused with a reason", async () => {
    const { page } = visitor;
    await pictures.fill(27);
    await page.goto(backend().url);
    await page.getByRole("heading", { name: "Drop your first pictures here" }).waitFor();
    await visitor.drop([`${pictures.dir}/spring`, `${pictures.dir}/summer`]);
    await page.getByRole("heading", { name: /Uploading 30 files/ }).waitFor();
    await page.getByRole("progressbar", { name: "All files" }).waitFor();
    await page.getByRole("heading", { name: "27 images ready, 3 refused" }).waitFor();
    const reasons = page.locator('.uploads li[data-state="refused"] .reason');
    expect((await reasons.allTextContents()).map((text) => text.split(".")[0])).toEqual(
      expect.arrayContaining(["This file is empty", "This file is damaged or incomplete"]),
    );
    expect(await reasons.count()).toBe(3);
    await page.getByRole("button", { name: "Close uploads" }).click();
    await page.locator('.tile img[data-arrived="true"]').nth(20).waitFor();
    const ready = page.locator('.tile a[data-status="ready"]');
    await ready.nth(26).waitFor();
    expect(await ready.count()).toBe(27);
  });

  test("moves the focal point of one image, whose crops follow while all else keeps its URL", async () => {
    const { page } = visitor;
    await openPicture("wide.jpg");
    const crop = page.locator('img[data-crop="thumb"]');
    const before = await readUrls(visitor);
    expect(await isNear(crop, 0.9, 0.2, CORNERS.topRight)).toBe(true);
    await page.getByRole("button", { name: /^Focal point/ }).focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press("Shift+ArrowLeft");
    expect(await isNear(crop, 0.9, 0.2, CORNERS.topLeft)).toBe(true);
    await page.getByRole("button", { name: "Save focal point" }).click();
    await page.getByRole("button", { name: "Let the configuration decide" }).waitFor();
    const after = await readUrls(visitor);
    expect(after.preview).toBe(before.preview);
    expect(after.thumb).not.toBe(before.thumb);
    await page.getByRole("link", { name: "Images", exact: true }).last().click();
    const thumbnail = page.locator(".tile", { hasText: "wide.jpg" }).locator("img");
    await thumbnail.and(page.locator('[data-arrived="true"]')).waitFor();
    expect(await isNear(thumbnail, 0.9, 0.2, CORNERS.topLeft)).toBe(true);
  });

  test("copies the markup and the URL of an image, and takes its words", async () => {
    const { page } = visitor;
    await openPicture("words.jpg");
    await page.getByRole("textbox", { name: "Alternative text" }).fill("A <lake>\nat dawn");
    await page.getByRole("textbox", { name: "Title" }).fill("The lake");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "The lake" }).waitFor();
    await page.getByRole("button", { name: "Copy <picture> element" }).click();
    const { preview } = await readUrls(visitor);
    const markup = await readClipboard(visitor);
    expect(markup).toMatch(/^<picture>.*<\/picture>$/);
    expect(markup).toContain('alt="A &lt;lake&gt; at dawn"');
    expect(markup).toContain(`${preview} 600w`);
    await page.getByRole("button", { name: "Copy URL of preview" }).click();
    expect(await readClipboard(visitor)).toBe(preview);
  });

  test("removes an image after all when the page is left, and not at all when that is undone", async () => {
    const { page } = visitor;
    await openPicture("undone.jpg");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Removed undone.jpg.").waitFor();
    expect(await page.locator(".tile", { hasText: "undone.jpg" }).count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator(".tile a", { hasText: "undone.jpg" }).click();
    await page.waitForURL(/image=/);
    const imageId = new URL(page.url()).searchParams.get("image") ?? "";
    expect(await backend().client.get(imageId)).toMatchObject({ fileName: "undone.jpg" });
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("Removed undone.jpg.").waitFor();
    // Nobody who is in the browser sees what a page sends when it is left.
    await page.goto("about:blank");
    await waitUntilFound(async () => (await backend().client.get(imageId)) === undefined);
  });

  test("keeps filters in the URL, through a reload and on the way back, and moves by arrow keys", async () => {
    const { page } = visitor;
    const broken = new File(["no picture"], "filtered-out.jpg", { type: "image/jpeg" });
    await backend()
      .client.upload(broken)
      .catch(() => {});
    await openPicture("filtered-too.jpg", 500);
    await openPicture("filtered.jpg");
    await page.goto(backend().url);
    await page.getByRole("link", { name: "Refused" }).click();
    await page.locator('.tile a[data-status="rejected"]').first().waitFor();
    expect(new URL(page.url()).search).toBe("?status=rejected");
    await page.reload();
    await page.locator('.tile a[data-status="rejected"]').first().waitFor();
    expect(await page.locator('.tile a[data-status="ready"]').count()).toBe(0);
    await page.goBack();
    const ready = page.locator('.tile a[data-status="ready"]');
    await ready.nth(1).waitFor();
    await ready.first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForURL(/image=/);
    const opened = new URL(page.url()).searchParams.get("image");
    await page.goBack();
    await page.locator(`.tile a[data-image="${opened}"][tabindex="0"]`).waitFor();
  });
}

async function readClipboard({ page }: Visitor): Promise<string> {
  return page.evaluate<string>("navigator.clipboard.readText()");
}
