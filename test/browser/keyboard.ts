import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "@jest/globals";
import type { Page } from "playwright-core";
import type { Journey } from "../support/browser/backends.js";
import { Visitor } from "../support/browser/chromium.js";
import { PictureFolder } from "../support/browser/pictures.js";
import { drawTestImage } from "../support/images.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

/** Images of the gallery: more than one page of the list. */
const COUNT = 70;

/** All that somebody does without a pointer, and finds again later. */
export function describeKeyboard({ browser, backend }: Journey): void {
  const test = takeSampleOfTests(3);
  let pictures: PictureFolder;
  let visitor: Visitor;
  beforeAll(async () => {
    pictures = new PictureFolder();
    const bytes = new Uint8Array(await drawTestImage({ width: 36, height: 24 }));
    const names = Array.from({ length: COUNT }, (_, index) => `row-${index}.jpg`);
    while (names.length > 0)
      await Promise.all(
        names.splice(0, 10).map((name) => backend().client.upload(new File([bytes, name], name))),
      );
  });
  afterAll(() => pictures.remove());
  beforeEach(async () => {
    visitor = await Visitor.open(browser());
  });
  afterEach(async () => {
    const { faults } = visitor;
    await visitor.close();
    expect(faults).toEqual([]);
  });

  /** Opens an image by keys. */
  async function openFirst(page: Page): Promise<void> {
    await page.goto(backend().url);
    await page.locator('.tile a[tabindex="0"]').press("Enter");
    await page.getByRole("button", { name: /^Focal point/ }).waitFor();
  }

  test("keeps the focus near a button that goes away with what it has done", async () => {
    const { page } = visitor;
    const use = async (name: string | RegExp) => {
      await page.getByRole("button", { name }).first().press("Enter");
    };
    await page.route("**/uploads/form*", () => {});
    await page.goto(backend().url);
    const files = ["held-1.jpg", "held-2.jpg"].map((name) => pictures.write(name, name));
    await page.locator('input[type="file"]').first().setInputFiles(files);
    await use("Cancel held-1.jpg");
    await page.locator('button[aria-label="Try held-1.jpg again"]:focus').waitFor();
    await use("Cancel all");
    await page.locator(".uploads button:focus").waitFor();
    await use("Close uploads");
    await page.locator("main:focus").waitFor();
  });

  test("keeps the focus on what saves, and puts a point back by Escape", async () => {
    const { page } = visitor;
    await openFirst(page);
    const point = page.getByRole("button", { name: /^Focal point/ });
    await point.press("ArrowUp");
    await page.getByRole("button", { name: "Focal point, 50 % from the left, 49 %" }).press("Escape");
    await page.getByRole("button", { name: "Focal point, 50 % from the left, 50 %" }).press("Shift+ArrowUp");
    await page.getByRole("button", { name: "Discard" }).press("Enter");
    await page.locator(".crop-editor button:focus").waitFor();
    await point.press("ArrowUp");
    await page.getByRole("button", { name: "Save focal point" }).press("Enter");
    await page.getByRole("button", { name: "Let the configuration decide" }).waitFor();
    expect(await page.locator("button:focus").textContent()).toBe("Save focal point");
    await page.getByRole("textbox", { name: "Title" }).fill("By keys");
    await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "By keys" }).waitFor();
    expect(await page.locator("button:focus").textContent()).toBe("Save");
  });

  test("goes on at the next image after one was removed, and shows the one below the bar", async () => {
    const { page } = visitor;
    await page.goto(backend().url);
    const active = page.locator('.tile a[tabindex="0"]');
    await active.press("PageDown");
    await page.locator(".tile a:focus").press("PageDown");
    for (let step = 0; step < 4; step++) {
      await page.locator(".tile a:focus").press("ArrowUp");
      const top = await page.evaluate<number>("document.activeElement.getBoundingClientRect().top");
      const bar = await page.evaluate<number>("document.querySelector('.bar').offsetHeight");
      expect(top).toBeGreaterThanOrEqual(bar);
    }
    await page.locator(".tile a:focus").press("ArrowRight");
    const names = await page.locator(".tile").allTextContents();
    await page.locator(".tile a:focus").press("Enter");
    const name = (await page.getByRole("heading", { level: 1, name: /row/ }).textContent()) ?? "";
    await page.getByRole("button", { name: "Remove" }).press("Enter");
    await page.locator(".tile a:focus", { hasText: names[names.indexOf(name) + 1] ?? "row" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await page.locator(".tile", { hasText: name }).waitFor();
  });

  test("finds the place in the gallery again, by going back, by a link and by a reload", async () => {
    const { page } = visitor;
    await page.goto(backend().url);
    await page.locator('.tile a[tabindex="0"]').press("End");
    await page.getByText(`${COUNT} images`, { exact: true }).waitFor();
    await page.locator(".tile a:focus").press("End");
    const opened = page.locator(".tile a:focus", { hasText: "row-" });
    const name = (await opened.textContent()) ?? "";
    await opened.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
    const place = page.locator(".tile a:focus", { hasText: name });
    await page.goBack();
    await place.waitFor();
    expect(await page.evaluate<number>("scrollY")).toBeGreaterThan(200);
    await place.press("Enter");
    await page.getByRole("link", { name: "Images", exact: true }).last().press("Enter");
    await place.waitFor();
    expect(await page.evaluate<number>("scrollY")).toBeGreaterThan(200);
    await page.goBack();
    await page.goBack();
    await place.waitFor();
    const before = await page.evaluate<number>("scrollY");
    await page.reload();
    await page.locator(".tile a", { hasText: name }).waitFor();
    expect(await page.evaluate<number>("scrollY")).toBe(before);
  });

  test("sends what was typed and nothing else, so that two tabs do not undo one another", async () => {
    const { page } = visitor;
    await openFirst(page);
    const imageId = new URL(page.url()).searchParams.get("image") ?? "";
    await backend().client.edit(imageId, { title: "By another tab" });
    await page.getByRole("heading", { level: 1, name: "By another tab" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Title" }).inputValue()).toBe("By another tab");
    await page.getByRole("textbox", { name: "Alternative text" }).fill("A row");
    const sent = page.waitForRequest((request) => request.method() === "PATCH");
    await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
    expect((await sent).postDataJSON()).toEqual({ alt: "A row" });
  });

  test("says of a file that is gone that it cannot be read, and not that the server was not reached", async () => {
    const { page } = visitor;
    await page.goto(backend().url);
    const file = pictures.write("gone.jpg", await drawTestImage({ width: 64, height: 64 }));
    await page.route("**/uploads", (route) => {
      rmSync(file, { force: true });
      return route.continue();
    });
    await page.locator('input[type="file"]').first().setInputFiles(file);
    await page.locator('.uploads li[data-state="failed"]').getByText("This cannot be read.").waitFor();
  });

  test("says that a comparison has begun until it reports, wherever it runs", async () => {
    const { page } = visitor;
    await page.route("**/reconcile", (route) => route.fulfill({ status: 202, json: { started: true } }));
    await page.goto(`${backend().url}?view=pipeline`);
    const button = page.getByRole("button", { name: "Compare all images" });
    await button.press("Enter");
    await page.getByText("Started. Its first report is on its way.").waitFor();
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await backend().client.startReconcile();
    await page.getByText(/: complete, /).waitFor();
    expect(await button.getAttribute("aria-disabled")).toBe("false");
  });
}
