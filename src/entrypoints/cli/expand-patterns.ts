import { existsSync } from "node:fs";
import { glob, isDynamicPattern } from "tinyglobby";

/**
 * Expands patterns such as `photos/*.jpg` that the shell has left, because they are quoted or because it never expands
 * any. What exists under a name is that file, whatever characters it has; a pattern without a match stays as it is.
 */
export async function expandPatterns(paths: readonly string[]): Promise<readonly string[]> {
  const expanded = await Promise.all(
    paths.map(async (path) => {
      if (existsSync(path) || !isDynamicPattern(path)) return [path];
      // Folders too, as a shell would; what lies in them is found later.
      const matches = await glob(path, { onlyFiles: false, expandDirectories: false });
      return matches.length > 0 ? matches.sort() : [path];
    }),
  );
  return expanded.flat();
}
