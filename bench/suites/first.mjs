import { compareWithBare, listMemoryResults } from "../support/whole-programs.mjs";

export const title = "The first picture: `safelight process` of one photograph, into a new directory";

export async function run(context) {
  const [{ file }] = await context.originals([12]);
  const { cpu, wall, memory, table } = await compareWithBare([file], {
    ...context,
    rounds: context.rounds * 5,
  });
  return {
    tables: [{ caption: "One photograph of 12 MP", ...table }],
    results: [
      { measure: "one picture, wall time, to bare sharp", value: wall, target: 1.6 },
      { measure: "one picture, CPU, likewise", value: cpu },
      ...listMemoryResults("one picture", memory, 1.4),
    ],
  };
}
