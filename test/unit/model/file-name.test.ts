import { describe, expect, it } from "@jest/globals";
import { readStoredFileName } from "../../../src/domain/model/file-name.js";

describe("the file name of an original", () => {
  it.each([
    ["by its key", "a/b/cat.jpg", {}, "cat.jpg"],
    ["by a key that would forge a header", "a/a\r\nSet-Cookie: x=1.jpg", {}, "aSet-Cookie: x=1.jpg"],
    ["by a key that reads from right to left", "a/\u202egpj.exe", {}, "gpj.exe"],
    ["by a key that looks like another", "a/ca\u200bt.jpg", {}, "cat.jpg"],
    ["by a key of nothing that can be seen", "a/\u200b", {}, "unnamed"],
    ["by its metadata", "uploads/1.jpg", { "file-name": "%E2%80%AEcat.jpg" }, "cat.jpg"],
  ])("is clean when it comes %s", (_how, key, metadata, name) => {
    expect(readStoredFileName({ key, metadata })).toBe(name);
  });
});
