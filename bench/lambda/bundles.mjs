import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { runProgram } from "../support/children.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BARE = fileURLToPath(new URL("bare-handler.mjs", import.meta.url));

const SHARP = 'import sharp from "sharp"; export const engine = sharp.versions;';
const CLIENTS =
  'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; import { S3Client } from "@aws-sdk/client-s3";' +
  "export const clients = [new S3Client({}), new DynamoDBClient({})];";

const BUNDLING = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  mainFields: ["module", "main"],
  external: ["sharp"],
};

/**
 * The folders of the functions: the bundled process function, the bare handler, and programs that only load what the
 * process function begins with: sharp, the clients of S3 and DynamoDB, and both. Each has this machine's sharp beside it.
 */
export async function bundlePrograms(folder, { signal }) {
  await runProgram(
    process.execPath,
    [join(ROOT, "scripts", "build-lambda.mjs"), "process", "--outdir", folder],
    {
      signal,
    },
  );
  const toProgram = (contents) => ({ stdin: { contents, resolveDir: ROOT } });
  const programs = {
    bare: { entryPoints: [BARE] },
    sharp: toProgram(SHARP),
    clients: toProgram(CLIENTS),
    floor: toProgram(SHARP + CLIENTS),
  };
  for (const [name, source] of Object.entries(programs))
    await build({ ...BUNDLING, ...source, outfile: join(folder, name, "index.js") });
  const names = ["process", ...Object.keys(programs)];
  for (const name of names) {
    const modules = join(folder, name, "node_modules");
    mkdirSync(modules, { recursive: true });
    for (const module of ["sharp", "@img"])
      symlinkSync(join(ROOT, "node_modules", module), join(modules, module));
  }
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]));
}
