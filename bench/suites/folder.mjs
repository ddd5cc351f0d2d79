import { copyPhotographs } from "../support/photographs.mjs";
import { compareWithBare, listMemoryResults } from "../support/whole-programs.mjs";

export const title = "A folder of photographs: `safelight process`, default configuration";

/** Photographs of 3 to 24 MP; the folder holds them under many names. */
const MEGAPIXELS = [3, 6, 12, 24];

export async function run(context) {
  const number = context.count("originals", 100);
  const photographs = await context.originals(MEGAPIXELS, { seeds: [1, 2] });
  const files = copyPhotographs(photographs, number, context.folder());
  const { cpu, wall, memory, table } = await compareWithBare(files, {
    ...context,
    rounds: Math.ceil(context.rounds / 2),
  });
  return {
    tables: [
      { caption: `${number} photographs of 3 to 24 MP (${photographs.length} different ones)`, ...table },
    ],
    results: [
      { measure: "a folder of photographs, CPU, to bare sharp", value: cpu, target: 1 },
      { measure: "a folder of photographs, wall time, likewise", value: wall, target: 1 },
      ...listMemoryResults("a folder of photographs", memory, 1),
    ],
  };
}
