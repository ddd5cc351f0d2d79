/*
 * How long the bundled process function takes from its code being loaded until it is ready for work, against sharp and
 * the clients of S3 and DynamoDB bundled alone: `npm run bench:cold-start [-- --rounds N]`. Each start is a process of
 * its own, in turns; medians, and the median of each round's own ratio. Ends with 1 above the target.
 */
import { fork } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { computeMedian } from "./support/measure.mjs";

const TARGET = 1.15;
const BASE = "sharp + clients";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "30" } } });
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL("../", import.meta.url));
const child = fileURLToPath(new URL("cold-start-child.cjs", import.meta.url));

const SHARP = 'import sharp from "sharp"; export const engine = sharp.versions;';
const CLIENTS =
  'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; import { S3Client } from "@aws-sdk/client-s3";' +
  "export const clients = [new S3Client({}), new DynamoDBClient({})];";

/** The parts by themselves, and what the function is measured against. */
const PROGRAMS = { sharp: SHARP, clients: CLIENTS, [BASE]: SHARP + CLIENTS };

/** The base without what the SDK itself imports late, as the function is bundled: what the function's own code costs. */
const SPLIT = "  split as process is";

const CONFIG = { thumbnails: { thumb: { width: 200, height: 200 }, card: { width: 640, format: "webp" } } };

const bundling = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  mainFields: ["module", "main"],
  external: ["sharp"],
};

const composeProgram = (contents, { folder }) => ({
  stdin: { contents, resolveDir: root },
  outfile: join(folder, "index.js"),
});

const lateImportsLeftOut = {
  name: "late-imports-left-out",
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "dynamic-import" && !path.startsWith("node:") ? { path, external: true } : undefined,
    ),
};

async function prepare(folder) {
  const variants = {};
  for (const [name, contents] of Object.entries(PROGRAMS)) {
    variants[name] = { folder: join(folder, name.replaceAll(" ", "")) };
    await build({ ...bundling, ...composeProgram(contents, variants[name]) });
  }
  variants[SPLIT] = { folder: join(folder, "split") };
  await build({
    ...bundling,
    ...composeProgram(PROGRAMS[BASE], variants[SPLIT]),
    plugins: [lateImportsLeftOut],
  });
  await run(join(root, "scripts", "build-lambda.mjs"), ["process", "--outdir", folder], { ...process.env });
  variants.process = { folder: join(folder, "process") };
  await writeFile(join(folder, "process", "configuration.json"), JSON.stringify(CONFIG));
  const variables = { SAFELIGHT_CONFIG_FILE: "configuration.json" };
  variants["process, configured"] = { ...variants.process, variables };
  for (const one of new Set(Object.values(variants).map((variant) => variant.folder))) {
    await mkdir(join(one, "node_modules"), { recursive: true });
    for (const name of ["sharp", "@img"])
      await symlink(join(root, "node_modules", name), join(one, "node_modules", name));
  }
  return variants;
}

/** Runs a program to its end and resolves to what it said last. */
function run(program, args, env) {
  return new Promise((resolve, reject) => {
    let said;
    const started = fork(program, args, { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    started.on("message", (message) => {
      said = message;
    });
    started.once("error", reject);
    started.once("exit", (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${program}: exit ${code}`)),
    );
  });
}

const start = ({ folder, variables }) =>
  run(child, [], {
    PATH: process.env.PATH,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "none",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    LAMBDA_TASK_ROOT: folder,
    SAFELIGHT_ORIGINALS_BUCKET: "originals",
    SAFELIGHT_RENDITIONS_BUCKET: "renditions",
    SAFELIGHT_TABLE: "ImageMetadata",
    SAFELIGHT_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/changes",
    SAFELIGHT_TOPIC_ARN: "arn:aws:sns:eu-central-1:1:events",
    SAFELIGHT_CDN_DOMAIN: "images.example",
    SAFELIGHT_CDN_DISTRIBUTION_ID: "E1",
    ...variables,
  });

const folder = await mkdtemp(join(tmpdir(), "safelight-cold-start-"));
try {
  const variants = await prepare(folder);
  const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  // One round more: the first one fills the disk's cache and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const names = Object.keys(variants);
    for (const name of round % 2 ? names : names.toReversed()) {
      const taken = await start(variants[name]);
      if (round > 0) times[name].push(taken);
    }
  }
  const computeRatio = (name, kind) =>
    computeMedian(times[name].map((one, round) => one[kind] / times[BASE][round][kind]));
  console.log(`cold start in milliseconds, medians of ${rounds} rounds; ratios to ${BASE}\n`);
  console.log(
    `${"".padEnd(22)}${["node", "load", "ready", "cpu", "ratio", "cpu ratio"].map((text) => text.padStart(10)).join("")}`,
  );
  for (const [name, taken] of Object.entries(times)) {
    const figures = ["boot", "load", "ready", "cpu"].map((kind) =>
      computeMedian(taken.map((one) => one[kind])).toFixed(1),
    );
    const ratios = ["ready", "cpu"].map((kind) => computeRatio(name, kind).toFixed(2));
    console.log(`${name.padEnd(22)}${[...figures, ...ratios].map((text) => text.padStart(10)).join("")}`);
  }
  const reached = computeRatio("process", "ready");
  console.log(`\nprocess / ${BASE}: ${reached.toFixed(3)}, target ${TARGET}`);
  process.exitCode = reached <= TARGET ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
