import { Argument, Command } from "commander";
import { print } from "./output.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** `safelight completion <shell>`: a script that completes commands and options. */
export function createCompletionCommand(): Command {
  return new Command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText("after", HOW_TO_USE)
    .action((shell: Shell, _options, command: Command) => {
      for (const line of SCRIPTS[shell](listCompletions(command.parent ?? command))) print(line);
    });
}

const HOW_TO_USE = `
Examples:
  source <(safelight completion bash)                                       in ~/.bashrc
  source <(safelight completion zsh)                                        in ~/.zshrc
  safelight completion fish > ~/.config/fish/completions/safelight.fish     once`;

/** A command, or the program itself as `""`, with the words that may follow it and what they do. */
interface Completion {
  readonly command: string;
  readonly words: readonly { readonly word: string; readonly does: string }[];
}

function listCompletions(program: Command): readonly Completion[] {
  const listOptions = (command: Command) =>
    command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long, description }) => (long ? [{ word: long, does: description }] : []));
  const commands = program.commands.map((command) => ({ word: command.name(), does: command.summary() }));
  return [
    { command: "", words: [...commands, ...listOptions(program)] },
    ...program.commands.map((command) => ({ command: command.name(), words: listOptions(command) })),
  ];
}

const listWords = ({ words }: Completion) => words.map(({ word }) => word).join(" ");

const SCRIPTS: Readonly<Record<Shell, (completions: readonly Completion[]) => readonly string[]>> = {
  bash: (completions) => [
    "_safelight() {",
    `  local word="$2" words=""`,
    '  if [ "$COMP_CWORD" -gt 1 ]; then',
    `    case "\${COMP_WORDS[1]}" in`,
    ...completions.slice(1).map((one) => `      ${one.command}) words="${listWords(one)}" ;;`),
    "    esac",
    "  else",
    ...completions.slice(0, 1).map((one) => `    words="${listWords(one)}"`),
    "  fi",
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "}",
    "complete -o bashdefault -o default -F _safelight safelight",
  ],
  zsh: (completions) => ["autoload -U +X bashcompinit && bashcompinit", ...SCRIPTS.bash(completions)],
  fish: (completions) =>
    completions.flatMap(({ command, words }) =>
      words.map(({ word, does }) => {
        const when = command === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${command}`;
        const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c safelight -n "${when}" ${what} -d "${does.replace(/["\\$]/g, "\\$&")}"`;
      }),
    ),
};
