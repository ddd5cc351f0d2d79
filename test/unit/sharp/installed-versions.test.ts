import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { readInstalledVersions } from "../../../src/adapters/sharp/installed-versions.js";

let dir: string;
let entry: string;

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), typeof content === "string" ? content : JSON.stringify(content));
}

function installLibvips(system: string, versions: Readonly<Record<string, string>>): void {
  write(`node_modules/@img/sharp-libvips-${system}/package.json`, { exports: { "./versions": "./v.json" } });
  write(`node_modules/@img/sharp-libvips-${system}/v.json`, versions);
}

const SYSTEM = `${process.platform}-${process.arch}`;
const LOADED = { sharp: "loaded" };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "safelight-versions-"));
  entry = join(dir, "node_modules", "sharp", "dist", "index.cjs");
  write("node_modules/sharp/package.json", { version: "1.2.3" });
  write("node_modules/sharp/dist/index.cjs", 'module.exports = { versions: { sharp: "loaded" } };');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("The installed versions", () => {
  it("are those that sharp says itself", () => {
    expect(readInstalledVersions()).toEqual(sharp.versions);
  });

  it("are read from the packages where one libvips is installed", () => {
    installLibvips(SYSTEM, { vips: "8.0.0" });
    expect(readInstalledVersions(entry)).toEqual({ vips: "8.0.0", sharp: "1.2.3" });
  });

  it("are asked of sharp where no libvips is installed beside it", () => {
    expect(readInstalledVersions(entry)).toEqual(LOADED);
  });

  it("are asked of sharp where it was built from source", () => {
    installLibvips(SYSTEM, { vips: "8.0.0" });
    write("node_modules/sharp/src/build/Release/sharp.node", "");
    expect(readInstalledVersions(entry)).toEqual(LOADED);
  });

  // On other systems there is one kind of libvips only.
  const both = process.platform === "linux" ? ["linux", "linuxmusl"] : [];
  it("are asked of sharp where the libraries of two systems are installed", () => {
    for (const system of both) installLibvips(`${system}-${process.arch}`, { vips: "8.0.0" });
    expect(readInstalledVersions(entry)).toEqual(LOADED);
  });
});
