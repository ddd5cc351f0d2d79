import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Page } from "playwright-core";
import type { ApiStatus } from "../../src/entrypoints/http/client/index.js";
import { waitUntilFound } from "../entrypoints/server/start-server.js";
import type { Backend, Journey } from "../support/browser/backends.js";
import { Visitor } from "../support/browser/chromium.js";
import { isNear, readUrls } from "../support/browser/pictures.js";
import { CORNERS, drawTestImage } from "../support/images.js";
import { takeSample } from "../support/sample.js";

interface Situation {
  readonly visitor: Visitor;
  readonly backend: Backend;
  readonly streams: boolean;
}

const EVENTS = /\/events(\?|$)/;

type Play = readonly [name: string, play: (situation: Situation) => Promise<void>];

const STREAMED: readonly Play[] = [
  ["shows what others do to an image far below the newest, with a stream and without", followOlder],
  ["goes on where there is no room for a stream, and has one once there is", followWithoutRoom],
];

const SITUATIONS: readonly Play[] = [
  [
    "shows by itself what others upload, edit and remove, asking for a stream once for all views",
    followOthers,
  ],
  ["finds images by the beginning of their names, whatever their case, and clears the search", searchByName],
  ["sets the focal point of an image that is being settled, and neither is lost", setPointWhileSettling],
  ["cancels an upload and takes it up again", cancelAndRetry],
  ["shows the images by itself once they can be listed again", resumeListing],
];

/** Things that happen to somebody less often, of which short runs play one. */
export function describeSituations({ browser, backend, streams }: Journey): void {
  const situations = streams ? [...STREAMED, ...SITUATIONS] : SITUATIONS;
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await Visitor.open(browser());
  });
  afterEach(async () => {
    const { faults } = visitor;
    await visitor.close();
    expect(faults).toEqual([]);
  });

  it.each(takeSample(situations, situations.length))("%s", (_name, play) =>
    play({ visitor, backend: backend(), streams }),
  );
}

async function followOthers({ visitor, backend, streams }: Situation): Promise<void> {
  const { page } = visitor;
  const opened = page.waitForResponse(EVENTS);
  await page.goto(backend.url);
  expect((await opened).status()).toBe(streams ? 200 : 404);
  const { imageId } = await uploadElsewhere(backend, "theirs.jpg");
  await page.locator(`.tile a[data-image="${imageId}"][data-status="ready"]`).click();
  await page.getByRole("heading", { level: 1, name: "theirs.jpg" }).waitFor();
  await backend.client.edit(imageId, { title: "Their lake" });
  await page.getByRole("heading", { level: 1, name: "Their lake" }).waitFor();
  await page.getByRole("link", { name: "Pipeline" }).click();
  const broken = new File(["no picture"], "theirs-broken.jpg", { type: "image/jpeg" });
  await backend.client.upload(broken).catch(() => {});
  await page.getByRole("link", { name: "theirs-broken.jpg" }).waitFor();
  await compareAll(page, await backend.client.getStatus());
  await page.getByRole("link", { name: "Images", exact: true }).click();
  const tile = page.locator(`.tile a[data-image="${imageId}"]`);
  await tile.waitFor();
  await backend.client.remove(imageId);
  await tile.waitFor({ state: "detached" });
  expect(visitor.requests.filter((url) => EVENTS.test(url))).toHaveLength(1);
}

/** Has all images compared, by keyboard, where the API starts that. */
async function compareAll(page: Page, { capabilities }: ApiStatus): Promise<void> {
  const button = page.getByRole("button", { name: "Compare all images" });
  expect(await button.count()).toBe(capabilities.startReconcile ? 1 : 0);
  if (!capabilities.startReconcile) return;
  await page.getByText("All images were never compared with what should be.").waitFor();
  await button.press("Enter");
  await page.getByText(/: complete, /).waitFor();
  expect(await page.locator("button:focus").textContent()).toBe("Compare all images");
}

async function followOlder({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  const { imageId } = await uploadElsewhere(backend, "deep.jpg");
  // More than one page of the list; in small crowds, as a program would.
  const names = Array.from({ length: 62 }, (_, index) => `above-${index}.jpg`);
  while (names.length > 0)
    await Promise.all(names.splice(0, 8).map((name) => uploadElsewhere(backend, name, 36)));
  const tile = page.locator(`.tile a[data-image="${imageId}"]`);
  const openEnd = async () => {
    // With an entry of its own in the history: an earlier one would keep the place, and load all at once.
    await page.goto("about:blank");
    await page.goto(backend.url);
    await page.locator(".tile a").first().focus();
    const further = page.waitForResponse(/[?&]cursor=/);
    await page.keyboard.press("End");
    await further;
    await tile.waitFor();
  };
  await openEnd();
  await backend.client.edit(imageId, { title: "Deep water" });
  await tile.getByText("Deep water").waitFor();
  // As a gateway that holds no stream answers.
  await page.route(EVENTS, (route) => route.fulfill({ status: 404, body: '{"message":"Not Found"}' }));
  await openEnd();
  await backend.client.edit(imageId, { title: "Deeper water" });
  await tile.getByText("Deeper water").waitFor();
  await backend.client.remove(imageId);
  await tile.waitFor({ state: "detached" });
}

async function followWithoutRoom({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  const problem = { code: "unavailable", title: "Busy", status: 503 };
  await page.route(EVENTS, (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }),
  );
  const refused = page.waitForResponse(EVENTS);
  await page.goto(backend.url);
  await refused;
  const first = await uploadElsewhere(backend, "crowded.jpg");
  await page.locator(`.tile a[data-image="${first.imageId}"]`).waitFor();
  const opened = page.waitForResponse((response) => EVENTS.test(response.url()) && response.ok());
  await page.unroute(EVENTS);
  await opened;
  const second = await uploadElsewhere(backend, "roomy.jpg");
  await page.locator(`.tile a[data-image="${second.imageId}"]`).waitFor();
}

async function searchByName({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  for (const name of ["Searched-B.jpg", "searched-a.jpg", "not-searched.jpg"])
    await uploadElsewhere(backend, name);
  await page.goto(backend.url);
  const search = page.getByRole("searchbox", { name: "Search by the beginning of a file name" });
  await search.fill("SEARCHED");
  await page.waitForURL(/[?&]name=SEARCHED/);
  await page.getByText("2 images", { exact: true }).waitFor();
  const names = await page.locator(".tile").allTextContents();
  expect(names.map((text) => /searched-[ab]/i.exec(text)?.[0])).toEqual(["searched-a", "Searched-B"]);
  await page.reload();
  await page.getByText("2 images", { exact: true }).waitFor();
  expect(await search.inputValue()).toBe("SEARCHED");
  await search.fill("searched-c");
  await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
  await search.fill("");
  await page.locator(".tile", { hasText: "not-searched.jpg" }).waitFor();
  expect(new URL(page.url()).search).toBe("");
}

async function setPointWhileSettling({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  const { imageId, key } = await uploadElsewhere(backend, "contested.jpg");
  await page.goto(`${backend.url}?image=${imageId}`);
  const before = await readUrls(visitor);
  await page.getByRole("button", { name: /^Focal point/ }).focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press("Shift+ArrowLeft");
  let settling: Promise<unknown> | undefined;
  // All of the image is rendered anew from the moment in which the point is on its way.
  await page.route(`**/images/${imageId}*`, async (route) => {
    if (route.request().method() === "PATCH") settling = backend.client.process(key, { force: true });
    await route.continue();
  });
  await page.getByRole("button", { name: "Save focal point" }).click();
  await page.getByRole("button", { name: "Let the configuration decide" }).waitFor();
  expect(settling).toBeDefined();
  await settling;
  await waitUntilFound(async () => {
    const image = await backend.client.get(imageId);
    // On a busy machine the request is answered before its settlement is over.
    const isOld = ({ url = "unknown" }) => Object.values(before).some((old) => old.endsWith(url));
    return image?.status === "ready" && image.focalPoint?.x === 0 && !image.renditions.some(isOld);
  });
  await page.reload();
  const after = await readUrls(visitor);
  // The settlement made the one anew, and the point the other.
  expect(after.preview).not.toBe(before.preview);
  expect(after.thumb).not.toBe(before.thumb);
  expect(await isNear(page.locator('img[data-crop="thumb"]'), 0.9, 0.2, CORNERS.topLeft)).toBe(true);
}

async function resumeListing({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  const { imageId } = await uploadElsewhere(backend, "before-the-fault.jpg");
  const listing = /\/images(\?|$)/;
  await page.route(listing, (route) => route.abort());
  await page.goto(backend.url);
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await page.unroute(listing);
  await uploadElsewhere(backend, "after-the-fault.jpg");
  await page.locator(`.tile a[data-image="${imageId}"]`).waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor({ state: "detached" });
}

async function cancelAndRetry({ visitor, backend }: Situation): Promise<void> {
  const { page } = visitor;
  const sent: string[] = [];
  let reach: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  // The first try never gets through; those after it do.
  await page.route(backend.uploads, async (route) => {
    // A store of another origin is asked beforehand whether it takes the form.
    if (route.request().method() === "OPTIONS") return route.continue();
    sent.push(route.request().method());
    if (sent.length === 1) reach();
    else await route.continue();
  });
  await page.goto(backend.url);
  const buffer = Buffer.from(await drawTestImage({ width: 96, height: 64 }));
  const file = { name: "hesitant.jpg", mimeType: "image/jpeg", buffer };
  await page.locator('input[type="file"]').first().setInputFiles(file);
  await reached;
  await page.getByRole("button", { name: "Cancel hesitant.jpg" }).click();
  await page.locator('.uploads li[data-state="canceled"]').getByText("Canceled").waitFor();
  expect((await backend.client.list({ name: "hesitant" })).items).toEqual([]);
  await page.getByRole("button", { name: "Try hesitant.jpg again" }).click();
  await page.locator('.uploads li[data-state="ready"] a', { hasText: "hesitant.jpg" }).waitFor();
  expect(sent).toEqual(["POST", "POST"]);
  expect((await backend.client.list({ name: "hesitant" })).items).toHaveLength(1);
}

/** Somebody else uploads a wide picture. Each name has other bytes. */
async function uploadElsewhere({ client }: Backend, name: string, width = 600) {
  const picture = await drawTestImage({ width, height: width / 3 });
  return client.upload(new File([new Uint8Array(picture), name], name, { type: "image/jpeg" }));
}
