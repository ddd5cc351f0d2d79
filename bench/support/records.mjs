import { createHash } from "node:crypto";
import { createRandom } from "./random.mjs";

const TAGS = Array.from({ length: 20 }, (_, i) => `tag-${i}`);

/** The record of picture `number`, as processing leaves it: two renditions, facts, EXIF and tags. */
export function createRecord(number) {
  const random = createRandom(number);
  const key = `album-${number % 97}/picture-${number}.jpg`;
  const digest = createHash("sha256").update(key);
  const sha256 = digest.copy().digest("hex");
  const imageId = digest.digest("base64url").slice(0, 22);
  const time = new Date(Date.UTC(2024, 0, 1) + number * 61_000).toISOString();
  const createRendition = (name, format, width, height) => ({
    name,
    key: `${imageId}/0-1-0/0123456789abcdef/${name}.${format}`,
    recipe: "0123456789abcdefghijkl",
    format,
    contentType: `image/${format}`,
    width,
    height,
    bytes: Math.round(10_000 + random() * 90_000),
    frames: 1,
    watermarked: false,
  });
  return {
    imageId,
    key,
    version: { epoch: 0, sequencer: String(number + 1), revision: 0 },
    edition: 2,
    status: "ready",
    createdAt: time,
    processedAt: time,
    fileName: `picture-${number}.jpg`,
    configuration: "0123456789abcdef",
    etag: sha256.slice(0, 32),
    contentHash: sha256,
    source: {
      format: "jpeg",
      contentType: "image/jpeg",
      width: 4000,
      height: 3000,
      bytes: 3_400_000,
      sha256,
      orientation: 1,
      colorSpace: "srgb",
      hasAlpha: false,
      frames: 1,
    },
    exif: { make: "Bench", model: "B 1", takenAt: "2020-02-02T20:20:20" },
    placeholder: { thumbhash: "3OcRJYB4d3h/iIeHeEh3eIhw+j2w", dominantColor: "#336699" },
    tags: [TAGS[number % TAGS.length], "landscape"],
    renditions: [createRendition("thumb", "jpeg", 200, 200), createRendition("preview", "webp", 1280, 960)],
  };
}
