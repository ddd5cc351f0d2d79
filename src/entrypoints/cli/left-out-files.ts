import { quote } from "../../domain/model/errors.js";
import { formatCount, report } from "./output.js";

/**
 * Reports the files of a data directory that no command takes for originals, with an example; resolves to how many there
 * are. Whoever filled the folder by hand would miss them otherwise.
 */
export async function reportLeftOutFiles(dir: string): Promise<number> {
  const { findUnnamedFiles } = await import("../../adapters/local/unnamed-files.js");
  let count = 0;
  let example: { readonly path: string; readonly expected?: string } | undefined;
  for await (const file of findUnnamedFiles(dir)) {
    count += 1;
    if (example?.expected === undefined) example = file.expected === undefined ? (example ?? file) : file;
  }
  if (example === undefined) return 0;
  const { path, expected } = example;
  const name = expected === undefined ? "" : `, which would have to be ${quote(expected)}`;
  report(
    `left out: ${formatCount(count, "file")} below originals whose name stands for no key: ${quote(path)}${name}`,
  );
  report('move them to another folder and give it to "safelight process", which takes files of any name');
  return count;
}
