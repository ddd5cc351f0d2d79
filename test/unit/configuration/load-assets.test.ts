import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Asset } from "../../../src/domain/model/asset.js";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { loadPipelineConfig } from "../../../src/entrypoints/configuration/index.js";

describe("loadPipelineConfig", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "safelight-assets-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (name: string, content: unknown) =>
    writeFileSync(join(directory, name), JSON.stringify(content));

  it("takes the defaults when there is no file", async () => {
    expect((await loadPipelineConfig({ directory })).config).toEqual(DEFAULT_CONFIG);
  });

  it("reads the mark relative to the file, not to the working directory", async () => {
    mkdirSync(join(directory, "marks"));
    writeFileSync(join(directory, "marks", "logo.png"), "logo");
    write("other.json", { watermark: { image: "marks/logo.png", tile: true } });
    const { config } = await loadPipelineConfig({ file: join(directory, "other.json") });
    const { mark, gravity } = config.watermark ?? {};
    expect(gravity).toBe("tile");
    expect(mark?.kind === "image" && Buffer.from(mark.image.bytes).toString()).toBe("logo");
  });

  it("reads the font of a text", async () => {
    writeFileSync(join(directory, "a.ttf"), "font");
    write("safelight.config.json", { watermark: { text: "a", font: "./a.ttf", color: "black" } });
    const { config } = await loadPipelineConfig({ directory });
    expect(config.watermark?.mark).toEqual({
      kind: "text",
      text: "a",
      color: "#000000",
      font: new Asset(Buffer.from("font")),
    });
  });

  it.each(["none.png", "."])("names the path when %s cannot be read", async (image) => {
    write("safelight.config.json", { watermark: { image } });
    await expect(loadPipelineConfig({ directory })).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining(`for watermark.image but received "${image}"`),
    });
  });

  it("does not read a file that is far too large", async () => {
    writeFileSync(join(directory, "a.ttf"), "");
    truncateSync(join(directory, "a.ttf"), 64 * 1024 * 1024 + 1);
    write("safelight.config.json", { watermark: { text: "a", font: "a.ttf" } });
    await expect(loadPipelineConfig({ directory })).rejects.toMatchObject({ code: "invalid-input" });
  });
});
