import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFontName } from "../../../src/adapters/sharp/watermarks/fonts.js";
import { drawText, measureText } from "../../../src/adapters/sharp/watermarks/text-watermark.js";
import { Asset } from "../../../src/domain/model/asset.js";
import type { TextWatermark } from "../../../src/domain/model/watermark-policy.js";

const run = promisify(execFile);
const { resolve: fontPath } = createRequire(import.meta.url);
const readFont = async (name: string) =>
  new Asset(await readFile(fontPath(`dejavu-fonts-ttf/ttf/${name}.ttf`)));

function createWatermark(text: string, more: Partial<TextWatermark> = {}): TextWatermark {
  return { kind: "text", text, color: "#ffffff", ...more };
}

async function measureWidth(text: string): Promise<number> {
  return (await measureText(createWatermark(text))).width;
}

describe("A text watermark", () => {
  // A box for a missing letter is as wide for a thin one as for a broad one.
  it.each([
    ["Latin", "iiiiii", "WWWWWW"],
    ["Greek", "ιιιιιι", "ΩΩΩΩΩΩ"],
    ["Cyrillic", "ііііії", "ЩЩЩЩЩЩ"],
    ["Arabic", "اااااا", "صصصصصص"],
  ])("has the letters of %s", async (_script, thin, broad) => {
    expect((await measureWidth(thin)) * 1.5).toBeLessThan(await measureWidth(broad));
  });

  it("joins the letters of Arabic, which makes them shorter than separate ones", async () => {
    const apart = [..."مرحبا"].join("\u200c");
    expect(await measureWidth("مرحبا")).toBeLessThan((await measureWidth(apart)) * 0.95);
  });

  it("runs from right to left where its letters do", async () => {
    // A thin and a broad letter of Hebrew: the ink's weight shows on which side the first one stands.
    const { data, width, height } = await drawText(createWatermark("ו   ש"), { width: 300, height: 60 });
    const sumInk = (from: number, to: number) => {
      let ink = 0;
      for (let y = 0; y < height; y++)
        for (let x = from; x < to; x++) ink += data[(y * width + x) * 4 + 3] ?? 0;
      return ink;
    };
    expect(sumInk(0, width / 2)).toBeGreaterThan(sumInk(width / 2, width) * 1.5);
  });

  it("draws markup as text", async () => {
    expect(await measureWidth("<b>&amp;</b>")).toBeGreaterThan((await measureWidth("&")) * 5);
    expect((await measureText(createWatermark('<span size="1"'))).width).toBeGreaterThan(0);
    expect((await measureText(createWatermark("a\u0000\u0007b"))).width).toBeGreaterThan(0);
  });

  it("is drawn in the font that it is given", async () => {
    const size = { width: 200, height: 40 };
    const plain = await drawText(createWatermark("Ansel"), size);
    const bold = await drawText(createWatermark("Ansel", { font: await readFont("DejaVuSans-Bold") }), size);
    const serif = await drawText(createWatermark("Ansel", { font: await readFont("DejaVuSerif") }), size);
    const [a, b, c] = [plain, bold, serif].map(({ data }) => Buffer.from(data).toString("base64"));
    expect(new Set([a, b, c]).size).toBe(3);
  });

  it("refuses an invalid font as an error of the configuration, not of the original", async () => {
    for (const bytes of [Buffer.from("no font"), Buffer.from([0, 1, 0, 0, 0, 9])]) {
      const font = new Asset(bytes);
      await expect(drawText(createWatermark("a", { font }), { width: 10, height: 10 })).rejects.toMatchObject(
        {
          code: "invalid-input",
          message: expect.stringContaining("watermark.font"),
        },
      );
    }
  });

  it("refuses a text of blanks as an error of the configuration", async () => {
    await expect(measureText(createWatermark("   "))).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("fills exactly the size that was planned, however small", async () => {
    for (const [width, height] of [
      [1, 1],
      [2, 1],
      [3, 3],
      [5, 40],
      [400, 3],
      [300, 50],
    ] as const) {
      const raster = await drawText(createWatermark("© Ansel & Co"), { width, height });
      expect([raster.width, raster.height, raster.data.length]).toEqual([width, height, width * height * 4]);
    }
  });

  it.each([
    ["#ffffff", 0],
    ["#000000", 255],
  ])("in %s has an outline of the opposite", async (color, opposite) => {
    const { data } = await drawText(createWatermark("Ansel", { color }), { width: 200, height: 60 });
    let [own, other] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at + 3] ?? 0) < 200) continue;
      const distance = Math.abs((data[at] ?? 0) - opposite);
      if (distance < 60) other++;
      if (distance > 195) own++;
    }
    expect(own).toBeGreaterThan(300);
    expect(other).toBeGreaterThan(300);
  });

  it("knows the name of its font", async () => {
    expect(readFontName((await readFont("DejaVuSans-Bold")).bytes)).toBe("DejaVu Sans, Bold");
  });
});

describe("On a machine without fonts", () => {
  let empty: string;

  beforeAll(() => {
    empty = mkdtempSync(join(tmpdir(), "safelight-empty-"));
  });

  afterAll(() => rmSync(empty, { recursive: true }));

  const words = ["© Ansel & Co", "Ελληνικά", "Привет", "مرحبا بالعالم"];
  const draw = async (environment: NodeJS.ProcessEnv) => {
    const loader = resolve("test", "support", "typescript-loader.mjs");
    const program = resolve("test", "support", "watermark-child.ts");
    const options = ["--disable-warning=ExperimentalWarning", "--import", loader, program, ...words];
    const { stdout, stderr } = await run(process.execPath, options, {
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...environment },
    });
    const lines = stdout.trim().split("\n");
    return { stderr, watermarks: lines.map((line) => JSON.parse(line) as { text: string; covered: number }) };
  };

  it.each([
    ["FONTCONFIG_PATH names an empty folder", () => ({ FONTCONFIG_PATH: empty })],
    ["FONTCONFIG_FILE names no file", () => ({ FONTCONFIG_FILE: join(empty, "none.conf") })],
    [
      "there is no home to write to",
      () => ({ FONTCONFIG_FILE: join(empty, "none.conf"), HOME: "/nonexistent" }),
    ],
  ])("where %s, text is drawn without a warning", async (_how, environment) => {
    const { stderr, watermarks } = await draw(environment());
    expect(stderr).toBe("");
    expect(watermarks.map(({ text }) => text)).toEqual(words);
    for (const { covered } of watermarks) expect(covered).toBeGreaterThan(500);
  });
});
