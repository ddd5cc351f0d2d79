import { Argument, Command, Option } from "commander";
import { refusal, SafelightError } from "../../domain/model/errors.js";
import { loadConfiguration } from "../configuration/index.js";
import { composeLocal } from "./compose-local.js";
import { eraseOwnerLocally } from "./erase-owner.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { findImage } from "./find-image.js";
import {
  assertDataDirectory,
  createConfigOption,
  createDataOption,
  createImageArgument,
  createJsonOption,
} from "./options.js";
import { print, toJsonLine } from "./output.js";

interface RemoveOptions {
  readonly data: string;
  readonly config?: string;
  readonly owner?: string;
  readonly json?: true;
}

const EXIT_CODES = `
Exit codes:
  0    the image, or every image of the owner, is removed
  2    invalid command line or configuration, or no such image; nothing was done
  3    something could not be finished; run the command again
  130  interrupted; run the command again`;

/** `safelight remove <id or key>`, or with `--owner` */
export function createRemoveCommand(): Command {
  return new Command("remove")
    .description(
      "remove an image, or every image of an owner, from the data directory; the input files are kept",
    )
    .addArgument(new Argument("[id or key]", createImageArgument().description))
    .addOption(
      new Option(
        "--owner <name>",
        'remove every image of this owner; the configuration must set uploads.owner to "key" or "caller"',
      ),
    )
    .addOption(createDataOption())
    .addOption(createConfigOption())
    .addOption(createJsonOption())
    .addHelpText("after", EXIT_CODES)
    .action(async (text: string | undefined, options: RemoveOptions) => {
      process.exitCode = await runRemove(text, options);
    });
}

async function runRemove(text: string | undefined, { owner, ...options }: RemoveOptions): Promise<ExitCode> {
  if (owner !== undefined) {
    if (text !== undefined) throw refusal("invalid-input", "no image beside --owner", "id or key", text);
    return eraseOwnerLocally({ owner, ...options });
  }
  if (text === undefined)
    throw new SafelightError("invalid-input", "expected an image or --owner but received neither");
  const { data, json } = options;
  const config = await loadConfiguration(options.config);
  assertDataDirectory(data);
  const { pipeline, close } = await composeLocal({ dir: data, config });
  try {
    const image = await findImage(pipeline, text);
    await pipeline.remove(image.imageId);
    const removed = { ...image, status: "removed", renditions: [], urls: {} };
    print(json ? toJsonLine(removed) : `removed ${image.key}`);
    return EXIT.ready;
  } finally {
    await close();
  }
}
