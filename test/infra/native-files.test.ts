import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Cpu, checkNativeFiles } from "../../infra/parts/native-files.js";

/** The beginning of an ELF file of 64 bits for a machine. */
function createElf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32BE(0x7f454c46, 0);
  header[4] = 2;
  header[5] = 1;
  header.writeUInt16LE(machine, 18);
  return header;
}

const ARM64 = createElf(0xb7);
const X64 = createElf(0x3e);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safelight-natives-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeTree(files: Readonly<Record<string, Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const createSharpTree = (machine: Buffer) => ({
  "@img/sharp-linux-arm64/lib/sharp-linux-arm64-0.35.5.node": machine,
  "@img/sharp-libvips-linux-arm64/lib/libvips-cpp.so.8.18.7": machine,
  "sharp/dist/index.cjs": Buffer.from("module.exports = 1;"),
});

describe("the native files of a function", () => {
  it.each<[Cpu, Buffer]>([
    ["arm64", ARM64],
    ["x64", X64],
  ])("are good if all of them are for %s", (cpu, machine) => {
    writeTree(createSharpTree(machine));
    expect(() => checkNativeFiles(folder, cpu)).not.toThrow();
  });

  it("are refused if they are for other processors, by the first that is", () => {
    writeTree(createSharpTree(X64));
    expect(() => checkNativeFiles(folder, "arm64")).toThrow(
      /expected a native file for linux-arm64 at @img\/.+ but received machine 0x3e/,
    );
  });

  it("are refused if only one of them is for other processors", () => {
    writeTree({ ...createSharpTree(ARM64), "another/build/Release/thing.node": X64 });
    expect(() => checkNativeFiles(folder, "arm64")).toThrow("at another/build/Release/thing.node but");
  });

  it.each([
    ["sharp's own", "@img/sharp-linux-arm64/lib/sharp-linux-arm64-0.35.5.node"],
    ["libvips", "@img/sharp-libvips-linux-arm64/lib/libvips-cpp.so.8.18.7"],
  ])("are refused without %s", (_what, path) => {
    const { [path as keyof ReturnType<typeof createSharpTree>]: _missing, ...others } =
      createSharpTree(ARM64);
    writeTree(others);
    expect(() => checkNativeFiles(folder, "arm64")).toThrow("for linux-arm64 but received none");
  });

  it.each([
    ["a library of macOS", Buffer.concat([Buffer.from("cffaedfe", "hex"), Buffer.alloc(60)])],
    ["an ELF file of 32 bits", Buffer.from(ARM64).fill(1, 4, 5)],
    ["a file that breaks off", ARM64.subarray(0, 12)],
    ["an empty file", Buffer.alloc(0)],
  ])("are refused if one is %s", (_what, content) => {
    writeTree({ ...createSharpTree(ARM64), "another/thing.so": content });
    expect(() => checkNativeFiles(folder, "arm64")).toThrow("a file that is no ELF of 64 bits");
  });

  it("are really read: those of this machine are for its own processors and no others", () => {
    const [own, other] = process.arch === "arm64" ? (["arm64", "x64"] as const) : (["x64", "arm64"] as const);
    const installed = join("node_modules", "@img");
    expect(() => checkNativeFiles(installed, own)).not.toThrow();
    expect(() => checkNativeFiles(installed, other)).toThrow("expected a native file");
  });
});
