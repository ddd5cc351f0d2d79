import { fileURLToPath } from "node:url";
import { measureProgram, runChild } from "../support/children.mjs";
import { computeMedian, computeRatio, measureInterleaved } from "../support/measure.mjs";
import { formatMilliseconds, formatRatio } from "../support/table.mjs";

export const title = "Start-up: what importing costs, in fresh processes";

const PARTS = {
  nothing: [],
  sharp: ["sharp"],
  safelight: ["safelight"],
  "safelight and safelight/sharp": ["safelight", "safelight/sharp"],
  "safelight/memory": ["safelight/memory"],
  "safelight/local": ["safelight/local"],
  "safelight/container": ["safelight/container"],
  "safelight/aws": ["safelight/aws"],
};

const CLI = fileURLToPath(new URL("../../dist/entrypoints/cli/main.js", import.meta.url));

export async function run({ rounds, signal, progress }) {
  const variants = Object.fromEntries(
    Object.entries(PARTS).map(([part, modules]) => [
      part,
      () => runChild("import-time", modules, { signal }),
    ]),
  );
  const found = await measureInterleaved(variants, { rounds: rounds * 5, signal, progress });
  const whole = await measureInterleaved(
    {
      "node -e 0": () => measureProgram(process.execPath, ["-e", "0"], { signal }),
      "safelight --version": () => measureProgram(process.execPath, [CLI, "--version"], { signal }),
    },
    { rounds: rounds * 2, signal, progress },
  );
  const listRows = (times) =>
    Object.entries(times).map(([name, { cpu, wall }]) => [
      name,
      formatMilliseconds(computeMedian(cpu)),
      formatMilliseconds(computeMedian(wall)),
    ]);
  return {
    tables: [
      { columns: ["import of", "CPU ms", "wall ms"], rows: listRows(found) },
      { caption: "Whole processes", columns: ["command", "CPU ms", "wall ms"], rows: listRows(whole) },
    ],
    results: [
      {
        measure: "import of safelight and safelight/sharp, to sharp alone",
        value: computeRatio(found, "safelight and safelight/sharp", "sharp"),
        target: 1.15,
      },
      {
        measure: "the same, wall time",
        value: computeRatio(found, "safelight and safelight/sharp", "sharp", "wall"),
      },
    ],
    notes: [
      `Importing sharp alone is ${formatRatio(computeRatio(found, "sharp", "safelight"))} times importing \`safelight\` without an engine.`,
    ],
  };
}
