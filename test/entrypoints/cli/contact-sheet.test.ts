import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import sharp from "sharp";
import { describeRecord } from "../../../src/domain/model/image-record.js";
import type { OriginalKey } from "../../../src/domain/model/original-key.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import {
  renderImageSection,
  renderPageEnd,
  renderPageStart,
} from "../../../src/entrypoints/cli/contact-sheet-page.js";
import { createRecord } from "../../../src/ports/contracts/metadata-repository/records.js";
import { drawTestImage } from "../../support/images.js";
import { buildCommand, type Finished, parseRecords, Workplace } from "./run-command.js";

const HOSTILE = `x" onerror='alert(1)'><script>alert(1)<\u002fscript>&amp;<img src=http:evil>.jpg`;

const CONFIG = {
  thumbnails: {
    thumb: { width: 200, height: 200, format: "jpeg" },
    large: { width: 1200, format: "avif", effort: "fast" },
    moving: { width: 100, format: "webp" },
    master: { copy: true },
  },
  uploads: { formats: ["jpeg", "png", "gif", "tiff"] },
  tagging: { provider: "local" },
};

/** The tags of a page, with their attributes as written. */
function listTags(page: string): readonly string[] {
  return page.match(/<[a-z][^>]*>/gi) ?? [];
}

/** The addresses that a browser would try to load: from every attribute that can name one, and from the style. */
function listAddresses(page: string): readonly string[] {
  const attributes = listTags(page).flatMap((tag) => [...tag.matchAll(/\s([a-z-]+)="([^"]*)"/gi)]);
  const harmless = [
    "class",
    "alt",
    "lang",
    "charset",
    "name",
    "content",
    "http-equiv",
    "decoding",
    "loading",
  ];
  const named = attributes.flatMap(([, name = "", value = ""]) => (harmless.includes(name) ? [] : [value]));
  const style = /<style>([^<]*)</.exec(page)?.[1] ?? "";
  return [...named, ...(style.match(/url\(|@import/g) ?? [])];
}

describe("safelight process --contact-sheet", () => {
  const place = new Workplace();
  let finished: Finished;
  let page: string;

  beforeAll(async () => {
    buildCommand();
    place.write("safelight.config.json", JSON.stringify(CONFIG));
    place.write(`in/${HOSTILE}`, await drawTestImage({ width: 640, height: 480, privateMetadata: true }));
    place.write("in/scan.tif", await drawTestImage({ format: "tiff", width: 300, height: 300 }));
    place.write("in/wave.gif", await drawTestImage({ format: "gif", width: 200, height: 120, frames: 3 }));
    place.write("in/cut.jpg", (await drawTestImage({ width: 400, height: 300 })).subarray(0, 3000));
    place.write("out.html", "an older page");
    finished = await place.run("process", "in", "--json", "--contact-sheet", "out.html");
    page = readFileSync(join(place.dir, "out.html"), "utf8");
  }, 60_000);

  afterAll(() => place.remove());

  it("replaces the older page by one complete page and leaves no other file", () => {
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain("contact sheet: out.html");
    expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(readdirSync(place.dir).sort()).toEqual([
      "in",
      "out.html",
      "safelight-data",
      "safelight.config.json",
    ]);
  });

  it("shows every original and every rendition as a picture that can be decoded", async () => {
    const ready = parseRecords(finished.stdout).filter(({ status }) => status === "ready");
    const pictures = [...page.matchAll(/src="data:image\/(\w+);base64,([^"]+)"/g)];
    expect(ready).toHaveLength(3);
    expect(pictures).toHaveLength(3 + ready.flatMap(({ renditions }) => renditions).length);
    for (const [, format, base64 = ""] of pictures) {
      const { format: found, width } = await sharp(Buffer.from(base64, "base64")).metadata();
      expect(found === "heif" ? "avif" : found).toBe(format);
      expect(width).toBeGreaterThan(1);
    }
  });

  it("shows name, format, pixels, bytes and share of the original for each rendition", () => {
    for (const { renditions, source } of parseRecords(finished.stdout)) {
      for (const { name, format, width, height, bytes } of renditions) {
        expect(page).toContain(`<b>${name}</b><span>${format}, ${width} \u00d7 ${height}</span>`);
        if (bytes === source?.bytes) expect(page).toMatch(/<b>master<\/b>.{20,80}, 100 %/);
      }
    }
    expect(page).toContain("<span>3 frames</span>");
    expect(page).toContain("<span>first frame only</span>");
    expect(page).toContain("<li>landscape</li>");
  });

  it("shows a rejected file with its code and sentence", () => {
    const [failure] = parseRecords(finished.stdout).flatMap((record) => record.failure ?? []);
    expect(page).toContain(`<b>corrupt-image</b> ${failure?.message.replaceAll('"', "&quot;")}`);
  });

  it("stands alone: it loads nothing, links to nothing and runs nothing", () => {
    expect(listAddresses(page).filter((address) => !address.startsWith("data:image/"))).toEqual([]);
    const names = new Set(listTags(page).map((tag) => /^<([a-z0-9]+)/i.exec(tag)?.[1]));
    for (const name of ["script", "link", "iframe", "object", "a", "form", "svg"])
      expect(names).not.toContain(name);
    expect(listTags(page).filter((tag) => /\son\w+\s*=/i.test(tag.replace(/"[^"]*"/g, '""')))).toEqual([]);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toContain(place.dir);
  });

  it("contains nothing private of an original, not even of one that is copied", () => {
    const bytes = [...page.matchAll(/;base64,([^"]+)"/g)].map(([, base64 = ""]) =>
      Buffer.from(base64, "base64"),
    );
    expect(bytes.filter((picture) => picture.includes("-MARKER"))).toEqual([]);
  });

  it("also shows images that an earlier run settled", async () => {
    await place.run("process", "in", "--contact-sheet", "again.html");
    expect(readFileSync(join(place.dir, "again.html"), "utf8").match(/<img /g)).toHaveLength(15);
  });

  it.each([
    ["a name that is no page's", "in/cut.jpg"],
    ["a folder that is not there", "nowhere/out.html"],
  ])("refuses %s before anything is done", async (_, file) => {
    const before = readFileSync(join(place.dir, "in/cut.jpg"));
    const { code, stderr, stdout } = await place.run(
      "process",
      "in",
      "--data",
      "fresh",
      "--contact-sheet",
      file,
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^expected a file .* for --contact-sheet but received /);
    expect(readFileSync(join(place.dir, "in/cut.jpg"))).toEqual(before);
    expect(readdirSync(place.dir)).not.toContain("fresh");
  });
});

const SMALL = { format: "jpeg" as const, width: 1, height: 1, bytes: 1 };

describe("a page with names that strangers chose", () => {
  it("has the same tags whatever the names, tags and reasons are", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."<>\"'&;!-/= scriptonx\u202e\n") }),
    );
    const renderSection = (name: string, tag: string, reason: string) => {
      const file = { key: name, path: name };
      const rendition = { ...SMALL, name, key: name as RenditionKey, recipe: name, watermarked: true };
      const said = { key: name as OriginalKey, fileName: name, tags: [tag] };
      const ready = createRecord("a", { ...said, renditions: [rendition] });
      const failure = { code: "corrupt-image" as const, message: reason };
      return [
        renderPageStart([reason]),
        renderImageSection(
          { type: "ready", file, unchanged: false, replaced: false, record: describeRecord(ready) },
          {
            original: "data:image/webp;base64,",
            renditions: new Map([[name, "data:image/webp;base64,"]]),
          },
        ),
        renderImageSection({
          type: "rejected",
          file,
          unchanged: false,
          replaced: false,
          record: describeRecord(createRecord("a", { ...said, status: "rejected", failure })),
        }),
        renderImageSection({ type: "unfinished", file, reason }),
        renderPageEnd(),
      ].join("");
    };
    const listBareTags = (page: string) => listTags(page).map((tag) => tag.replace(/ alt="[^"]*"/, ""));
    const plain = listBareTags(renderSection("a", "b", "c"));
    fc.assert(
      fc.property(text, text, text, (name, tag, reason) => {
        const page = renderSection(name, tag, reason);
        expect(listBareTags(page)).toEqual(plain);
        expect(page).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
      }),
      { numRuns: 300 },
    );
  });
});
