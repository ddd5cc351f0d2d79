import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import type { ThumbnailSpec } from "../../src/domain/model/thumbnail-spec.js";
import { computeDeltaE, SRGB } from "../support/color-spaces.js";
import { inspect, renderOne } from "../support/engine.js";
import { CARD_PATCH, CARD_SIZE, HEIC_NAMES, readCard, readHeic } from "../support/heic-files.js";

const TAKEN_WITH = { make: "Safelight", model: "Pinhole Mark II", takenAt: "2025-09-21T06:48:12+02:00" };

/** The colors in the middle of all patches, and their opacity. */
async function renderPatches(original: Uint8Array, spec: Partial<ThumbnailSpec> = {}) {
  const { bytes } = await renderOne(original, { width: 1_000, format: "png", ...spec });
  const { data, info } = await sharp(bytes)
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const patches: (readonly number[])[] = [];
  for (let y = CARD_PATCH / 2; y < info.height; y += CARD_PATCH)
    for (let x = CARD_PATCH / 2; x < info.width; x += CARD_PATCH) {
      const at = (y * info.width + x) * 4;
      patches.push([...data.subarray(at, at + 4)]);
    }
  return { size: { width: info.width, height: info.height }, patches };
}

describe("A HEIC", () => {
  it("is there in sixteen forms", () => {
    expect(HEIC_NAMES).toHaveLength(16);
  });

  it.each(HEIC_NAMES)("shows what the same picture shows as JPEG or PNG, upright: %s", async (name) => {
    const [found, expected] = [await renderPatches(readHeic(name)), await renderPatches(readCard(name))];
    expect(found.size).toEqual(expected.size);
    const differences = found.patches.map((patch, index) =>
      computeDeltaE(patch.slice(0, 3), expected.patches[index]?.slice(0, 3) ?? [], SRGB),
    );
    expect(Math.max(...differences)).toBeLessThan(3);
    const listOpacities = (patches: typeof found.patches) => patches.map(([, , , alpha]) => alpha);
    expect(listOpacities(found.patches)).toEqual(listOpacities(expected.patches));
  });

  it.each(HEIC_NAMES)(
    "has facts of the upright picture, and no orientation that is left: %s",
    async (name) => {
      const { width, height, orientation, ...facts } = await inspect(readHeic(name));
      const card = await sharp(readCard(name)).metadata();
      expect({ width, height, orientation }).toEqual({
        width: card.width,
        height: card.height,
        orientation: 1,
      });
      expect(facts).toMatchObject({
        format: "heic",
        frames: 1,
        hasAlpha: name === "alpha",
        colorSpace: name === "ten-bit" ? "rgb16" : "srgb",
      });
    },
  );

  it.each(["phone", "exif-orientation"])("has the facts of its EXIF: %s", async (name) => {
    const { exif } = await inspect(readHeic(name));
    expect(exif).toMatchObject({ ...TAKEN_WITH, position: { latitude: 46.5576667, longitude: 11.6303333 } });
  });

  it.each(["phone", "exif-orientation"])(
    "gives EXIF without an orientation that would turn the picture again: %s",
    async (name) => {
      const kept = await renderOne(readHeic(name), { width: 1_000, format: "jpeg" }, "keep-all");
      const { width, height, orientation = 1, exif } = await sharp(kept.bytes).metadata();
      expect({ width, height, orientation }).toEqual({ ...CARD_SIZE, orientation: 1 });
      expect(exif?.includes("Pinhole Mark II")).toBe(true);
    },
  );

  it.each(["profile-p3", "nclx-p3", "hevc-p3", "phone"])(
    "keeps the meaning of its colors in an output that keeps its profile: %s",
    async (name) => {
      const kept = await renderOne(readHeic(name), { width: 1_000, format: "png", profile: "keep" });
      expect((await sharp(kept.bytes).metadata()).icc).toBeDefined();
      const [found, expected] = [await renderPatches(kept.bytes), await renderPatches(readCard(name))];
      for (const [index, patch] of found.patches.entries())
        expect(computeDeltaE(patch, expected.patches[index] ?? [], SRGB)).toBeLessThan(3);
    },
  );

  it("leaves nothing of itself in an output that strips metadata", async () => {
    const stripped = await renderOne(readHeic("phone"), { width: 1_000, format: "webp" });
    const { exif, xmp, icc } = await sharp(stripped.bytes).metadata();
    expect({ exif, xmp, icc }).toEqual({});
  });

  it("is scaled and cropped as any other picture", async () => {
    const { bytes } = await renderOne(readHeic("phone"), {
      width: 32,
      height: 32,
      fit: "cover",
      format: "png",
    });
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 32, height: 32 });
  });
});
