// Writes the help of each command into docs/command-line.md, below the heading of its name and in the order of the help. Run after `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { createProgram } from "../dist/entrypoints/cli/program.js";

const PAGE = new URL("../docs/command-line.md", import.meta.url);

const [begin, ...sections] = readFileSync(PAGE, "utf8").split(/^(?=## )/m);
const { commands } = createProgram();
const documented = commands.map((command) => {
  const heading = `## ${command.name()}\n`;
  const section = sections.find((one) => one.startsWith(heading)) ?? `${heading}\n\`\`\`text\n\`\`\`\n`;
  return replaceFence(section, readHelp(command)).trimEnd();
});
const isOfCommand = (section) => commands.some((command) => section.startsWith(`## ${command.name()}\n`));
const others = sections.filter((section) => !isOfCommand(section)).map((section) => section.trimEnd());
writeFileSync(PAGE, `${[begin.trimEnd(), ...others, ...documented].join("\n\n")}\n`);

/** Replaces the first fence of a section. */
function replaceFence(section, code) {
  const begin = section.indexOf("```text\n") + "```text\n".length;
  const end = section.indexOf("```\n", begin);
  return `${section.slice(0, begin)}${code}${section.slice(end)}`;
}

/** The help of a command, 80 columns wide as where no terminal is. */
function readHelp(command) {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return help.replace(/[ \t]+$/gm, "");
}
