import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../repository.js";

const CACHE = join(ROOT, "node_modules", ".cache");
const PREFIX = "safelight-lambda-";
const HOUR = 3_600_000;

/**
 * The folder of all bundles of the sources at hand, as `npm run build:lambda` makes them. The first test file that needs
 * them builds them, the others find them by a digest of what they are built from; nobody may write there.
 */
export async function findBuiltBundles(): Promise<string> {
  const folder = join(CACHE, `${PREFIX}${digestSources()}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  removeOld();
  const work = mkdtempSync(join(CACHE, `${PREFIX}work-`));
  const script = join(ROOT, "scripts", "build-lambda.mjs");
  await promisify(execFile)(process.execPath, [script, "--outdir", work]);
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(folder)) throw error;
    rmSync(work, { recursive: true });
  }
  return folder;
}

function digestSources(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const settings = [
    "package.json",
    "package-lock.json",
    "scripts/build-lambda.mjs",
    "scripts/bundle-function.mjs",
  ];
  for (const file of [...settings.map((name) => join(ROOT, name)), ...sources]) {
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Bundles of other sources; not those of an hour ago, from which a run may still be copying. */
function removeOld(): void {
  for (const name of readdirSync(CACHE).filter((one) => one.startsWith(PREFIX))) {
    const folder = join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > HOUR) rmSync(folder, { recursive: true, force: true });
  }
}
