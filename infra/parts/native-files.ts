import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { SafelightError } from "../../src/domain/model/errors.js";

/** The processors of a function, as Node and npm call them. */
export type Cpu = "arm64" | "x64";

/** The `e_machine` field of an ELF file, by processor. */
const MACHINES: Readonly<Record<Cpu, number>> = { arm64: 0xb7, x64: 0x3e };

/** Which native files sharp cannot do without. */
const REQUIRED_FILES: Readonly<Record<string, RegExp>> = {
  "sharp's own .node file": /sharp[^/]*\.node$/,
  "libvips as a .so file": /libvips[^/]*\.so[.\d]*$/,
};

/**
 * Throws `invalid-input` unless `folder` holds sharp's native files, and every native file in it is a Linux one for
 * `cpu`: a function with another machine's files would deploy well and fail with its first image.
 */
export function checkNativeFiles(folder: string, cpu: Cpu): void {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const natives = paths.filter((path) => /\.(?:node|so)(?:\.[\d.]+)?$/.test(path));
  for (const [what, pattern] of Object.entries(REQUIRED_FILES)) {
    if (!natives.some((path) => pattern.test(path)))
      throw new SafelightError("invalid-input", `expected ${what} for linux-${cpu} but received none`);
  }
  for (const path of natives) {
    const machine = readElfMachine(join(folder, path));
    if (machine === MACHINES[cpu]) continue;
    const received =
      machine === undefined ? "a file that is no ELF of 64 bits" : `machine 0x${machine.toString(16)}`;
    throw new SafelightError(
      "invalid-input",
      `expected a native file for linux-${cpu} at ${path} but received ${received}`,
    );
  }
}

/** The `e_machine` of a 64-bit little-endian ELF file; `undefined` for any other file. */
function readElfMachine(file: string): number | undefined {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, "r");
  try {
    if (readSync(descriptor, header, 0, header.length, 0) < header.length) return undefined;
  } finally {
    closeSync(descriptor);
  }
  const isElf = header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1;
  return isElf ? header.readUInt16LE(18) : undefined;
}
