import { type FunctionName, isUsed } from "../../../infra/parts/function-files.js";

/** esbuild's report about one file that it wrote. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/**
 * Lists every command of an AWS SDK client that a function has in its folder as it is deployed, such as `client-sqs
 * SendMessageCommand`: of the modules that esbuild kept, those that define a command.
 */
export function listBundledCommands(metafiles: readonly Metafile[], name: FunctionName): ReadonlySet<string> {
  const outputs = metafiles.flatMap((metafile) => Object.entries(metafile.outputs));
  return new Set(
    outputs
      .filter(([path]) => isUsed(path, name))
      .flatMap(([, { inputs }]) => Object.entries(inputs))
      .flatMap(([path, { bytesInOutput }]) => {
        const [, client, command] =
          /\/@aws-sdk\/(client-[\w-]+|nested-clients)\/.*\/commands\/(\w+Command)\.js$/.exec(path) ?? [];
        return client && command && bytesInOutput > 0 ? [`${client} ${command}`] : [];
      }),
  );
}

/** Commands that are in a function's folder although no scenario sends them, and why. */
export interface Excused {
  readonly name: FunctionName;
  readonly commands: readonly string[];
  readonly because: string;
}

/** The commands that functions have in their folders, and those that they sent, by the names of the functions. */
export interface Played {
  readonly bundled: Readonly<Record<string, ReadonlySet<string>>>;
  readonly sent: Readonly<Record<string, ReadonlySet<string>>>;
}

/**
 * Where the commands that functions have and those that they were seen to send differ: a command that no scenario sends
 * may need a right that no role has.
 */
export function findUnplayedCommands(
  { bundled, sent }: Played,
  excused: readonly Excused[],
): readonly string[] {
  const faults = Object.entries(bundled).flatMap(([name, commands]) => {
    const excuses = new Set(excused.filter((one) => one.name === name).flatMap((one) => one.commands));
    const isSent = (command: string) => sent[name]?.has(command) ?? false;
    return [
      ...[...commands]
        .filter((command) => !isSent(command) && !excuses.has(command))
        .map((command) => `${name} has ${command}, and no scenario sends it`),
      ...[...excuses].filter(isSent).map((command) => `${name} is excused for ${command} but sends it`),
      ...[...excuses]
        .filter((command) => !commands.has(command))
        .map((command) => `${name} is excused for ${command} but does not have it`),
    ];
  });
  const unknown = Object.entries(sent).flatMap(([name, commands]) =>
    [...commands]
      .filter((command) => !bundled[name]?.has(command))
      .map((command) => `${name} sends ${command}, which is not in its bundle`),
  );
  return [...faults, ...unknown];
}
