import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../repository.js";

const run = promisify(execFile);

/** npm's report about a packed package. */
export interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Packs what was built and unpacks it in a `node_modules`, as npm does; with bundles of the functions that are built anew,
 * or without any.
 */
export async function installPackage(
  modules: string,
  { withBundles }: { readonly withBundles: boolean },
): Promise<Packed> {
  const work = join(dirname(modules), ".packing");
  const packed = await pack(work, withBundles);
  const place = join(modules, "safelight");
  mkdirSync(place, { recursive: true });
  await run("tar", ["-xzf", join(work, packed.filename), "-C", place, "--strip-components=1"]);
  rmSync(work, { recursive: true });
  return packed;
}

/** In a copy, so that nobody who looks at `dist` meanwhile sees it change. */
async function pack(work: string, withBundles: boolean): Promise<Packed> {
  mkdirSync(work, { recursive: true });
  for (const name of ["package.json", "README.md", "CHANGELOG.md", "LICENSE"])
    cpSync(join(ROOT, name), join(work, name));
  cpSync(join(ROOT, "dist"), join(work, "dist"), { recursive: true });
  rmSync(join(work, "dist", "lambda"), { recursive: true, force: true });
  if (withBundles) await bundleFunctions(work);
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json"], { cwd: work });
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

async function bundleFunctions(work: string): Promise<void> {
  const bundle = join(ROOT, "scripts", "build-lambda.mjs");
  await run(process.execPath, [bundle, "--outdir", join(work, "bundles")]);
  const packing = join(ROOT, "scripts", "pack-lambda.mjs");
  await run(process.execPath, [packing, join(work, "bundles"), join(work, "dist", "lambda", "functions.br")]);
}
