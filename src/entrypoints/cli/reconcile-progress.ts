import cliProgress from "cli-progress";
import type { ReconcileProgress } from "../../domain/pipeline.js";
import { report } from "./output.js";

/** Shows how far a comparison of all images is, on standard error. */
export interface ComparisonProgress {
  update(progress: ReconcileProgress): void;
  /** May be repeated. */
  stop(): void;
}

/** Milliseconds between two lines where no line can be redrawn. */
const PAUSE = 10_000;

/** A bar on a terminal that can redraw a line, otherwise a line now and then. */
export function showReconcileProgress({
  bar,
  stream = process.stderr,
  now = () => performance.now(),
}: {
  readonly bar: boolean;
  readonly stream?: NodeJS.WriteStream;
  readonly now?: () => number;
}): ComparisonProgress {
  return bar && process.env.TERM !== "dumb" ? createBar(stream) : createLines(now);
}

function createBar(stream: NodeJS.WriteStream): ComparisonProgress {
  const options = { format: "{bar} {value}/{total}  {left}", stream, hideCursor: true, gracefulExit: false };
  const bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
  return {
    update({ suspects, looked, secondsLeft }) {
      // How much there is to be listed, nobody knows; and a bar of nothing says nothing.
      if (suspects === undefined || suspects === 0) return;
      if (!bar.isActive) bar.start(suspects, 0, { left: "" });
      bar.update(looked, { left: formatLeft(secondsLeft) });
    },
    stop: () => bar.stop(),
  };
}

function createLines(now: () => number): ComparisonProgress {
  let last = now();
  return {
    update({ listed, suspects, looked, secondsLeft }) {
      if (now() - last < PAUSE) return;
      last = now();
      if (suspects === undefined) report(`${listed} listed`);
      else report(`${looked}/${suspects}  ${formatLeft(secondsLeft)}`);
    },
    stop: () => {},
  };
}

/** An estimate of the end, as rough as it is. */
function formatLeft(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  if (seconds < 90) return `about ${Math.ceil(seconds)} s left`;
  return seconds < 5_400
    ? `about ${Math.round(seconds / 60)} min left`
    : `about ${Math.round(seconds / 3_600)} h left`;
}
