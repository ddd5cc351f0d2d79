import { formatCount, report } from "./output.js";

/** Most files that are named one by one. */
const MOST_NAMED = 100;

/**
 * Reports what lies among the originals of a data directory and is none, and why; resolves to how much there is. Whoever
 * filled the folder by hand would miss it otherwise.
 */
export async function reportLeftOutFiles(dir: string): Promise<number> {
  const { findPassedFiles } = await import("../../adapters/local/passed-files.js");
  let count = 0;
  for await (const { path, reason } of findPassedFiles(dir)) {
    count += 1;
    if (count <= MOST_NAMED) report(`left out: ${JSON.stringify(path)}: ${reason}`);
  }
  if (count > MOST_NAMED) report(`left out: ${formatCount(count - MOST_NAMED, "other")}`);
  return count;
}
