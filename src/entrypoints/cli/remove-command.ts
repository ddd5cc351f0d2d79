import { Command } from "commander";
import { withImage } from "./find-image.js";
import { jsonLine } from "./json-line.js";
import { dataOption, jsonOption } from "./options.js";
import { print } from "./output.js";

/** `safelight remove <id or key>` */
export function removeCommand(): Command {
  return new Command("remove")
    .description("remove an image from the data directory; the file that it was made from is not touched")
    .argument("<id or key>", "its key, its id, or an unambiguous beginning of its id")
    .addOption(dataOption())
    .addOption(jsonOption())
    .action((text: string, { data, json }: { data: string; json?: true }) =>
      withImage(data, text, async (image, pipeline) => {
        await pipeline.remove(image.imageId);
        print(json ? jsonLine({ ...image, status: "removed", renditions: [] }) : `removed ${image.key}`);
      }),
    );
}
