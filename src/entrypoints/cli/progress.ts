import cliProgress from "cli-progress";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { report } from "./output.js";
import type { Outcome } from "./process-files.js";

/** Shows how far the work is. */
export interface Progress {
  advance(outcome: Outcome): void;
  stop(): void;
}

/** The widest bar, in characters; a narrow terminal has a narrower one. */
const WIDEST_BAR = 40;
const NARROWEST_BAR = 5;

/** Columns that are kept for the name of the last file, where there is room for it. */
const NAME_COLUMNS = 24;

/** A bar on a terminal that can redraw a line, one line a file anywhere else; both on standard error. */
export function showProgress(
  total: number,
  { bar, stream = process.stderr }: { bar: boolean; stream?: NodeJS.WriteStream },
): Progress {
  // A dumb terminal shows the codes that move its cursor.
  return bar && total > 0 && process.env.TERM !== "dumb"
    ? createProgressBar(total, stream)
    : createProgressLines(total);
}

function createProgressBar(total: number, stream: NodeJS.WriteStream): Progress {
  const columns = stream.columns || 80;
  const counts = 2 * String(total).length + 4;
  const barsize = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns - counts - NAME_COLUMNS));
  const room = Math.max(0, columns - counts - barsize - 1);
  const bar = new cliProgress.SingleBar(
    {
      format: "{bar} {value}/{total}  {name}",
      stream,
      barsize,
      hideCursor: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { name: "" });
  return {
    advance: ({ file }) => bar.increment(1, { name: truncate(escapeInvisible(file.key), room) }),
    stop: () => bar.stop(),
  };
}

/** The end of a key, which tells files of one folder apart. */
function truncate(text: string, length: number): string {
  const characters = [...text];
  if (length < 1) return "";
  return characters.length <= length ? text : `…${characters.slice(characters.length - length + 1).join("")}`;
}

function createProgressLines(total: number): Progress {
  let done = 0;
  return {
    advance(outcome) {
      done += 1;
      report(
        `${done}/${total} ${describeChange(outcome)}${outcome.type}  ${escapeInvisible(outcome.file.key)}`,
      );
    },
    stop: () => {},
  };
}

function describeChange(outcome: Outcome): string {
  if (outcome.type === "unfinished") return "";
  if (outcome.unchanged) return "unchanged, ";
  return outcome.replaced ? "replaced, " : "";
}
