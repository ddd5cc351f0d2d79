import { drawSmallPictures } from "../support/small-pictures.mjs";
import { compareWithBare, listMemoryResults } from "../support/whole-programs.mjs";

export const title = "Small pictures: `safelight process` of many pictures of 64 to 600 pixels a side";

export async function run(context) {
  const files = await drawSmallPictures(context.count("images", 127), context.folder());
  const { cpu, wall, memory, table } = await compareWithBare(files, context);
  return {
    tables: [{ caption: `${files.length} pictures, JPEG and PNG`, ...table }],
    results: [
      { measure: "small pictures, CPU, to bare sharp", value: cpu, target: 1.15 },
      { measure: "small pictures, wall time, likewise", value: wall, target: 1.15 },
      ...listMemoryResults("small pictures", memory, 1),
    ],
  };
}
