import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import everything from "../../jest.config.js";
import { ROTATING } from "./rotation.mjs";

// The workers inherit it.
process.env.SAFELIGHT_TESTS ??= "long";

const rootDir = fileURLToPath(new URL("../..", import.meta.url));

/** Test files of which `npm test` runs a sample, and those that it runs on some days. */
const sampled = readdirSync(join(rootDir, "test"), { recursive: true })
  .filter((path) => path.endsWith(".test.ts"))
  .filter(
    (path) =>
      ROTATING.some((name) => path === `${name}.test.ts`) ||
      /from ".*\/support\/sample(?:d-tests)?\.js"/.test(readFileSync(join(rootDir, "test", path), "utf8")),
  );

/** `npm run test:long`: in full what `npm test` runs a sample of. */
export default {
  ...everything,
  rootDir,
  testMatch: sampled.map((path) => `<rootDir>/test/${path.replaceAll("\\", "/")}`),
};
