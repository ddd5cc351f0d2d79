import { existsSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, readText } from "../repository.js";

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages: LOCKED } = JSON.parse(readText("package-lock.json")) as {
  packages: Readonly<Record<string, LockedPackage>>;
};

/** The folders of the packages that `npm ci --omit=dev` installs on this machine, relative to the repository. */
export function listProductionPackages(): readonly string[] {
  return Object.entries(LOCKED)
    .filter(([folder, { dev, devOptional }]) => folder !== "" && !dev && !devOptional)
    .map(([folder]) => folder)
    .filter((folder) => existsSync(join(ROOT, folder)));
}

/** The folders of these packages and of all that they depend on, relative to the repository. */
export function listWithDependencies(names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const folder = resolvePackage(name, from);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = LOCKED[folder] ?? {};
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, folder);
  };
  for (const name of names) visit(name, "");
  return [...found];
}

/** Looks where Node.js does: in the package's own folder of packages, then in those of the folders above. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let place = from; ; place = place.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
    const folder = `${place === "" ? "" : `${place}/`}node_modules/${name}`;
    if (LOCKED[folder] && existsSync(join(ROOT, folder))) return folder;
    if (place === "") return undefined;
  }
}

/** Sums up the bytes of all files in a folder, but for packages inside it, which are counted by themselves. */
export async function sumBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === "node_modules" ? 0 : await sumBytes(path);
    else bytes += (await lstat(path)).size;
  }
  return bytes;
}
