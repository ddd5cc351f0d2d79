import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import everything from "../../jest.config.js";

// The workers inherit it.
process.env.SAFELIGHT_TESTS ??= "long";

const rootDir = fileURLToPath(new URL("../..", import.meta.url));

/** Test files of which `npm test` runs a sample. */
const sampled = readdirSync(join(rootDir, "test"), { recursive: true })
  .filter((path) => path.endsWith(".test.ts"))
  .filter((path) =>
    /from ".*\/support\/sample(?:d-tests)?\.js"/.test(readFileSync(join(rootDir, "test", path), "utf8")),
  );

/** `npm run test:long`: in full what `npm test` runs a sample of. */
export default {
  ...everything,
  rootDir,
  testMatch: sampled.map((path) => `<rootDir>/test/${path.replaceAll("\\", "/")}`),
};
