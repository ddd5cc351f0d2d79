import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The versions of sharp, libvips and the libraries in it, by name. */
export type Versions = Readonly<Record<string, string | undefined>>;

/** The systems whose libvips may be meant: on Linux it depends on the C library. */
const SYSTEMS =
  process.platform === "linux"
    ? [`linux-${process.arch}`, `linuxmusl-${process.arch}`]
    : [`${process.platform}-${process.arch}`];

/**
 * Reads what `sharp.versions` says, from the files of its packages wherever they are sure to say the same: loading sharp
 * takes a tenth of a second, and a program that renders in other processes has no other use for it. It is loaded where
 * it was built from source, whose versions only it knows, and where the libraries of several systems are installed.
 * `entry` is the path of sharp's main file.
 */
export function readInstalledVersions(entry = createRequire(import.meta.url).resolve("sharp")): Versions {
  const load = createRequire(entry);
  const folder = join(dirname(entry), "..");
  const found = SYSTEMS.flatMap((system) => findFile(load, `@img/sharp-libvips-${system}/versions`));
  const [file] = found;
  if (file === undefined || found.length > 1 || existsSync(join(folder, "src", "build")))
    return (load(entry) as { readonly versions: Versions }).versions;
  const { version } = readJson(join(folder, "package.json")) as { readonly version: string };
  return { ...(readJson(file) as Versions), sharp: version };
}

function findFile(load: NodeJS.Require, name: string): string[] {
  try {
    return [load.resolve(name)];
  } catch {
    return [];
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
