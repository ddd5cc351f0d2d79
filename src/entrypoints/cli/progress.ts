import cliProgress from "cli-progress";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { report } from "./output.js";
import type { Outcome } from "./process-files.js";

/** Shows how far the work is. */
export interface Progress {
  advance(outcome: Outcome): void;
  stop(): void;
}

/** A bar on a terminal, one line a file anywhere else; both on standard error. */
export function showProgress(total: number, { bar }: { bar: boolean }): Progress {
  return bar && total > 0 ? createProgressBar(total) : createProgressLines(total);
}

function createProgressBar(total: number): Progress {
  const format = "{bar} {value}/{total}  {name}";
  const bar = new cliProgress.SingleBar(
    { format, stream: process.stderr, hideCursor: true, gracefulExit: false },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { name: "" });
  return {
    advance: ({ file }) => bar.increment(1, { name: escapeInvisible(file.key) }),
    stop: () => bar.stop(),
  };
}

function createProgressLines(total: number): Progress {
  let done = 0;
  return {
    advance(outcome) {
      done += 1;
      const unchanged = outcome.type !== "unfinished" && outcome.unchanged ? "unchanged, " : "";
      report(`${done}/${total} ${unchanged}${outcome.type}  ${escapeInvisible(outcome.file.key)}`);
    },
    stop: () => {},
  };
}
