import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import {
  checkMinimumVersions,
  computeEngineVersion,
  computeInstalledVersion,
} from "../../../src/adapters/sharp/versions.js";

describe("The versions of the engine", () => {
  it("are new enough here, so that the engine starts", () => {
    expect(() => checkMinimumVersions(sharp.versions)).not.toThrow();
    expect(sharpEngine().version).toBe(computeEngineVersion(sharp.versions));
  });

  it.each([
    ["sharp", "0.35.4"],
    ["sharp", "0.9.99"],
    ["vips", "8.18.6"],
    ["vips", "7.99.99"],
    ["heif", "1.23.4"],
    ["webp", "1.3.1"],
  ])("refuse to start with %s %s", (name, version) => {
    expect(() => checkMinimumVersions({ ...sharp.versions, [name]: version })).toThrow(
      expect.objectContaining({
        code: "internal",
        message: expect.stringContaining(`${name} ${version} is older than`),
      }),
    );
  });

  it("name the decoder of HEIC only to whoever lets HEIC in", () => {
    const engine = sharpEngine();
    expect(engine.computeVersion?.(["jpeg", "heic"])).toBe(engine.version);
    expect(engine.computeVersion?.(["jpeg"])).toBe(computeInstalledVersion(["jpeg"]));
    expect(engine.computeVersion?.(["jpeg"])).toContain("libheif-js@none");
  });

  it("accept newer ones", () => {
    expect(() => checkMinimumVersions({ sharp: "0.35.10", vips: "8.19.0", heif: "2.0.0" })).not.toThrow();
  });

  it.each(["sharp", "vips", "webp", "mozjpeg", "heif"])(
    "change the engine's version when %s changes",
    (name) => {
      expect(computeEngineVersion({ ...sharp.versions, [name]: "99.0.0" })).not.toBe(
        computeEngineVersion(sharp.versions),
      );
    },
  );

  it("refuse a concurrency that would never start or never end", () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN]) {
      expect(() => sharpEngine({ concurrency })).toThrow(expect.objectContaining({ code: "invalid-input" }));
    }
  });
});
