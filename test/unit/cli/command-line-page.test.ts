import { describe, expect, it } from "@jest/globals";
import { createProgram } from "../../../src/entrypoints/cli/program.js";
import { readText } from "../../support/repository.js";

const PAGE = readText("docs/command-line.md");
const COMMANDS = createProgram().commands;

describe("docs/command-line.md", () => {
  it("has a section for each command, in the order of the help, and for no other", () => {
    const sections = [...PAGE.matchAll(/^## ([a-z]+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(COMMANDS.map((command) => command.name()));
  });

  it.each(COMMANDS.map((command) => ({ name: command.name(), command })))(
    "says what safelight $name --help prints; npm run docs:commands writes it",
    ({ name, command }) => {
      let help = "";
      command.configureOutput({
        writeOut: (text) => {
          help += text;
        },
        getOutHelpWidth: () => 80,
      });
      command.outputHelp();
      const begin = PAGE.indexOf(`## ${name}\n`);
      const fence = /```text\n([\s\S]*?)```/.exec(PAGE.slice(begin))?.[1];
      expect(fence).toBe(help.replace(/[ \t]+$/gm, ""));
    },
  );
});
