// Writes the help of each command into docs/command-line.md, below the heading of its name. Run after `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { createProgram } from "../dist/entrypoints/cli/program.js";

const PAGE = new URL("../docs/command-line.md", import.meta.url);

let page = readFileSync(PAGE, "utf8");
for (const command of createProgram().commands) {
  const heading = `## ${command.name()}\n`;
  if (!page.includes(heading)) page += `\n${heading}\n\`\`\`text\n\`\`\`\n`;
  page = replaceFence(page, heading, readHelp(command));
}
writeFileSync(PAGE, page);

/** Replaces the first fence below a heading. */
function replaceFence(text, heading, code) {
  const begin = text.indexOf("```text\n", text.indexOf(heading)) + "```text\n".length;
  const end = text.indexOf("```\n", begin);
  return `${text.slice(0, begin)}${code}${text.slice(end)}`;
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
