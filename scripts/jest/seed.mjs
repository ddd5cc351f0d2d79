import { POSTGRES_BIN } from "../../test/support/postgres/server.ts";
import { areBrowserTestsLeftOut } from "./chromium.mjs";
import { readSeed } from "./read-seed.mjs";

/**
 * Settles the seed of all samples for every suite of a run, and prints it: the same seed runs the same tests. What the
 * suites of a run share, such as a database server, ends with its process.
 */
export default function settleSeed() {
  process.env.SAFELIGHT_RUN = String(process.pid);
  process.env.SAFELIGHT_SEED = String(readSeed());
  if (POSTGRES_BIN === undefined)
    process.stderr.write(
      "PostgreSQL is not installed (apt-get install postgresql): its tests are left out\n",
    );
  process.stderr.write(`samples of SAFELIGHT_SEED=${process.env.SAFELIGHT_SEED}\n`);
  if (areBrowserTestsLeftOut())
    process.stderr.write("no Chromium: test/browser is left out; install it, or set SAFELIGHT_CHROMIUM\n");
}
