/** An instruction of a Dockerfile. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** Parses the stages of a Dockerfile: of each, the instructions after its FROM. */
export function parseStages(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = "", value = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, value });
  }
  return stages;
}

/** The value of the last instruction of this name, which is the one that counts. */
export function findInstruction(stage: readonly Instruction[] | undefined, name: string): string {
  return stage?.findLast((one) => one.name === name)?.value ?? "";
}
