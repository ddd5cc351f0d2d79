import { areBrowserTestsLeftOut } from "./chromium.mjs";

/** Settles the seed of all samples for every suite of a run, and prints it: the same seed runs the same tests. */
export default function settleSeed() {
  process.env.SAFELIGHT_SEED ??= String(Math.floor(Date.now() / 86_400_000));
  process.stderr.write(`samples of SAFELIGHT_SEED=${process.env.SAFELIGHT_SEED}\n`);
  if (areBrowserTestsLeftOut())
    process.stderr.write("no Chromium: test/browser is left out; install it, or set SAFELIGHT_CHROMIUM\n");
}
