import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The root of the repository: jest runs there. */
export const ROOT = process.cwd();

/** Every file that belongs to the repository, by path from its root: all but what `.gitignore` names and git's own. */
export function listRepositoryFiles(): readonly string[] {
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8")
    .split("\n")
    .map((line) => line.replaceAll("/", "").trim());
  const names = readdirSync(ROOT).filter((name) => name !== ".git" && !ignored.includes(name));
  return names
    .flatMap((name) =>
      readdirSync(ROOT, { withFileTypes: true }).some((entry) => entry.name === name && entry.isDirectory())
        ? readdirSync(join(ROOT, name), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
        : [name],
    )
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

/** The text of a file, by path from the root. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
