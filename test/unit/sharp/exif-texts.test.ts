import { describe, expect, it } from "@jest/globals";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import { buildTiff } from "../../support/tiff-files.js";

describe("EXIF texts", () => {
  it("end at their NUL, whatever follows", () => {
    for (const [text, make] of [
      ["MAVICA\0 3ghx7y", "MAVICA"],
      ["Trust. \0\xff\xfe\x80", "Trust."],
      ["Acme", "Acme"],
      ["\0behind", undefined],
    ] as const)
      expect(parseExif(buildTiff([[0x010f, 2, Buffer.from(text, "latin1")]]))?.make).toBe(make);
  });

  it("are read where their type calls them bytes, as some programs write them", () => {
    const facts = parseExif(
      buildTiff([
        [0x010f, 7, "Acme\0junk"],
        [0x8769, 4, { directory: [[0x9003, 7, "2024:02:29 10:00:00\0"]] }],
      ]),
    );
    expect(facts).toEqual({ make: "Acme", takenAt: "2024-02-29T10:00:00" });
  });

  it("hold the copyright of the photographer and that of the editor", () => {
    for (const [text, copyright] of [
      ["Ansel\0", "Ansel"],
      ["Ansel\0Beau\0", "Ansel; Beau"],
      [" \0Beau\0", "Beau"],
      ["Ansel\0 \0", "Ansel"],
    ] as const)
      expect(parseExif(buildTiff([[0x8298, 2, text]]))?.copyright).toBe(copyright);
  });

  it("are UTF-8 if their type says so, and UTF-8 or Latin-1 otherwise", () => {
    const read = (type: number, bytes: Buffer) => parseExif(buildTiff([[0x013b, type, bytes]]))?.artist;
    expect(read(129, Buffer.from("Zo\u00eb, \u5199\u771f\0"))).toBe("Zo\u00eb, \u5199\u771f");
    expect(read(2, Buffer.from("Zo\u00eb\0"))).toBe("Zo\u00eb");
    expect(read(2, Buffer.from("Zo\xeb\0", "latin1"))).toBe("Zo\u00eb");
    expect(read(2, Buffer.from("Zo\xeb", "latin1"))).toBe("Zo\u00eb");
  });

  it("hold no control character, no direction mark and no text without end", () => {
    for (const make of ["A\nB\u001b[31m", "A\u202eB", "A\u061cB", `A${"x".repeat(5_000)}`, "© é", "\u0001"]) {
      const text = parseExif(buildTiff([[0x010f, 2, Buffer.from(`${make}\0`)]]))?.make ?? "";
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect([...text].length).toBeLessThanOrEqual(200);
    }
    expect(parseExif(buildTiff([[0x010f, 2, Buffer.from("© é\0")]]))?.make).toBe("© é");
    expect(parseExif(buildTiff([[0x010f, 2, Buffer.from("\xa9 \xe9\0", "latin1")]]))?.make).toBe("© é");
  });
});
