import assert from "node:assert/strict";
import sharp from "sharp";
import { open } from "./memory.js";

const key = "cats/tom.jpg";
/** @param {string} background */
const draw = (background) =>
  sharp({ create: { width: 640, height: 480, channels: 3, background } })
    .jpeg()
    .toBuffer();

const { pipeline, ports, close } = await open();
const stopping = new AbortController();
const working = pipeline.work({ signal: stopping.signal });

/**
 * Waits for a version of the image and fetches what it names: as many bytes as the record says.
 * @param {import("safelight").ImageId} imageId
 * @param {import("safelight").Version} [since]
 */
async function fetchSettled(imageId, since) {
  const { settled, image } = await pipeline.waitUntilSettled(imageId, { since, seconds: 60 });
  assert.equal(settled, true);
  assert.equal(image?.status, "ready");
  const urls = image.renditions.map(({ url = "" }) => url);
  const sizes = urls.map(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength);
  const expected = image.renditions.map(({ bytes }) => bytes);
  assert.deepEqual(await Promise.all(sizes), expected);
  return { image, urls };
}

// Upload, and wait until whoever works the queue has rendered it.
const imageId = await pipeline.upload({ key, bytes: await draw("teal") });
const uploaded = await fetchSettled(imageId);

// List.
const listed = await pipeline.list();
assert.deepEqual(
  listed.items.map((image) => image.key),
  [key],
);

// Overwrite: other bytes have other URLs.
const other = await pipeline.process({ key, bytes: await draw("coral") });
assert.equal(other.replaced, true);
const replaced = await fetchSettled(imageId);
assert.notDeepEqual(replaced.urls, uploaded.urls);

// Edit: the square is cut around another point.
const edit = { alt: "Tom, asleep", focalPoint: { x: 0.2, y: 0.5 } };
const edited = await pipeline.edit(imageId, edit);
const cropped = await fetchSettled(imageId, edited?.requested);
assert.equal(cropped.image.alt, "Tom, asleep");

// Remove, and let all that is under way come to its end.
assert.equal(await pipeline.remove(imageId), true);
stopping.abort();
await working;
await pipeline.drainQueue();

// Nothing is left, and nothing is wrong.
const gone = cropped.urls.map(async (url) => (await fetch(url)).status);
assert.deepEqual(new Set(await Promise.all(gone)), new Set([404]));
assert.equal(await pipeline.get(imageId), undefined);
assert.deepEqual((await pipeline.list()).items, []);
assert.deepEqual((await ports.originals.list("")).items, []);
assert.deepEqual((await ports.renditions.list("")).items, []);
assert.deepEqual(await pipeline.doctor({ graceMs: 0 }), []);
await close();
console.log("uploaded, listed, fetched, overwritten, edited, removed: nothing is left");
