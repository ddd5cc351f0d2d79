import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadNpmPeers } from "../peers/load.mjs";
import { measureProgram, runProgram } from "./children.mjs";

/** The task of every peer: cover 200 x 200, JPEG of quality 80. */
export const SIDE = 200;
export const QUALITY = 80;

/**
 * Finds the peers that npm brings and those that this machine has; `missing` says which npm could not fetch, and why.
 * Each peer is `{ make(original), about, close? }`; `make` resolves to the thumbnail or, where another process works, to
 * its own `{ cpu, wall, output }`.
 */
export async function findPeers({ folder, signal, progress }) {
  const { packages, missing } = await loadNpmPeers(progress);
  const found = { ...(packages && listNpmPeers(packages)), ...(await findPrograms({ folder, signal })) };
  progress(Object.keys(found).join(", "));
  return { found, missing };
}

function listNpmPeers({ ipx: { createIPX, ipxFSStorage }, Jimp, napi: { ResizeFit, Transformer } }) {
  const served = new Map();
  const openIpx = (dir) => {
    if (!served.has(dir)) served.set(dir, createIPX({ storage: ipxFSStorage({ dir }) }));
    return served.get(dir);
  };
  return {
    ipx: {
      make: async ({ file }) => {
        const size = `${SIDE}x${SIDE}`;
        const { data } = await openIpx(dirname(file))(basename(file), {
          resize: size,
          fit: "cover",
          format: "jpeg",
          quality: String(QUALITY),
        }).process();
        return data;
      },
    },
    "@napi-rs/image": {
      make: async ({ bytes }) => {
        const transformer = new Transformer(bytes);
        await transformer.metadata(true);
        return transformer.rotate().resize({ width: SIDE, height: SIDE, fit: ResizeFit.Cover }).jpeg(QUALITY);
      },
    },
    jimp: {
      slow: true,
      make: async ({ bytes }) => {
        const image = await Jimp.read(bytes);
        return image.cover({ w: SIDE, h: SIDE }).getBuffer("image/jpeg", { quality: QUALITY });
      },
    },
  };
}

/** Programs of the machine, each taken only if it answers as what it is. */
async function findPrograms({ folder, signal }) {
  const output = join(folder(), "peer.jpg");
  const matchOutput = async (command, args, pattern) => {
    try {
      return pattern.test(await runProgram(command, args, { signal }));
    } catch {
      return false;
    }
  };
  const createProgramPeer = (command, argsOf) => ({
    make: async ({ file }) => ({
      ...(await measureProgram(command, argsOf(file), { signal })),
      output: readFileSync(output),
    }),
  });
  const found = {};
  if (await matchOutput("python3", ["-c", "import PIL; print(PIL.__version__)"], /\d/)) {
    found["Pillow, draft"] = createPillowPeer("draft");
    found["Pillow, as most people write it"] = createPillowPeer("plain");
  }
  for (const command of ["magick", "convert"]) {
    if (
      found["ImageMagick, size hint"] ||
      !(await matchOutput(command, ["-version"], /Version: ImageMagick/))
    )
      continue;
    const rest = [
      "-auto-orient",
      "-resize",
      `${SIDE}x${SIDE}^`,
      "-gravity",
      "center",
      "-extent",
      `${SIDE}x${SIDE}`,
      "-strip",
      "-quality",
      String(QUALITY),
      output,
    ];
    found["ImageMagick, size hint"] = createProgramPeer(command, (file) => [
      "-define",
      `jpeg:size=${2 * SIDE}x${2 * SIDE}`,
      file,
      ...rest,
    ]);
    found["ImageMagick, as most people write it"] = createProgramPeer(command, (file) => [file, ...rest]);
  }
  if (await matchOutput("vipsthumbnail", ["--version"], /vips/))
    found.vipsthumbnail = createProgramPeer("vipsthumbnail", (file) => [
      file,
      "--size",
      `${SIDE}x${SIDE}`,
      "--smartcrop",
      "centre",
      "-o",
      `${output}[Q=${QUALITY},strip]`,
    ]);
  return found;
}

/** One Python process for all pictures: it is asked by a line, and answers with its own times and the thumbnail. */
function createPillowPeer(way) {
  const script = fileURLToPath(new URL("../children/pillow-thumbnail.py", import.meta.url));
  const child = spawn("python3", [script, way, String(SIDE), String(QUALITY)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    make: async ({ file }) => {
      child.stdin.write(`${file}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("the Pillow process ended without an answer; its error is above");
      const { cpu, wall, output } = JSON.parse(value);
      return { cpu, wall, output: Buffer.from(output, "base64") };
    },
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
