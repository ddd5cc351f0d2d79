import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isUsed } from "../../../infra/parts/function-files.js";
import { FUNCTION_SIZES } from "../../../infra/parts/function-sizes.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { type Bundles, bundleFunctions, FUNCTIONS } from "../../support/lambda/deploy.js";
import { startFunction } from "../../support/lambda/function.js";

/** esbuild's report about one file that it wrote. */
interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<
    Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>
  >;
}

/** Packages that a function has no use for: other clouds, the local database, the deployment, native code. */
const FOREIGN =
  /node_modules\/(?:@azure|libsql|@libsql|aws-cdk-lib|constructs|commander|libheif-js|@img\/sharp-[^/]*)\//;

let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleFunctions();
});

afterAll(() => bundles.close());

const listMetafiles = (name: string) =>
  JSON.parse(readFileSync(bundles.readMetafile(name), "utf8")) as [Metafile, ...Metafile[]];
const findForeign = ({ inputs }: Metafile) => Object.keys(inputs).filter((path) => FOREIGN.test(path));
const listPackages = ({ inputs }: Metafile) =>
  new Set(Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));

describe.each(FUNCTIONS)("the bundle of %s", (name) => {
  it("contains nothing of other clouds, of the local database, of the deployment or of the decoder of HEIC", () => {
    expect(listMetafiles(name).flatMap(findForeign)).toEqual([]);
    const files = readdirSync(bundles.getFolder(name), { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => /heif|\.wasm$/.test(path))).toEqual([]);
  });

  it("needs only Node and the files beside it, for process the native parts of sharp", () => {
    const outputs = listMetafiles(name)
      .flatMap((metafile) => Object.entries(metafile.outputs))
      .map(([path, { imports }]) => ({
        file: path.slice(path.lastIndexOf(`/${name}/`) + name.length + 2),
        external: imports.filter((one) => one.external).map((one) => one.path),
      }))
      .filter(({ file }) => existsSync(join(bundles.getFolder(name), file)));
    const external = outputs.flatMap((one) => one.external);
    const others = external.filter((path) => !path.startsWith("./") && !builtinModules.includes(path));
    const needed = new Set(others.filter((path) => !path.startsWith("node:")));
    const code = readFileSync(join(bundles.getFolder(name), "index.js"), "utf8");
    expect(code.includes('"@img/sharp-linux-arm64/sharp.node"')).toBe(name === "process");
    expect([...needed].filter((path) => !path.startsWith("@img/sharp-"))).toEqual([]);
    const beside = outputs.flatMap(({ file, external }) =>
      external.filter((path) => path.startsWith("./")).map((path) => join(dirname(file), path)),
    );
    const missing = beside.filter((path) => !existsSync(join(bundles.getFolder(name), path)));
    expect(missing.filter((path) => isUsed(`/${path}`, name))).toEqual([]);
  });

  it("is minified CommonJS", () => {
    for (const file of ["index.js", "late/aws-lambda-powertools-tracer.js"]) {
      const code = readFileSync(join(bundles.getFolder(name), file), "utf8");
      expect(code).toContain("module.exports");
      expect(code.length / code.split("\n").length).toBeGreaterThan(1_000);
    }
  });
});

it("a bundle with a foreign module would be caught", () => {
  const inputs = {
    "node_modules/libsql/index.js": {},
    "node_modules/@azure/data-tables/x.js": {},
    "node_modules/libheif-js/libheif-wasm/libheif.js": {},
  };
  expect(findForeign({ inputs, outputs: {} })).toHaveLength(3);
});

it("the bundle of read loads the client of S3 only on demand: none of its requests needs it", () => {
  const [first, ...late] = listMetafiles("read");
  expect(listPackages(first)).not.toContain("@aws-sdk/client-s3");
  expect(late.some((metafile) => listPackages(metafile).has("@aws-sdk/client-s3"))).toBe(true);
});

it("the bundle of invalidate has the client of CloudFront and no other, and neither the domain's settling nor zod", () => {
  const all = listMetafiles("invalidate");
  const packages = new Set(all.flatMap((metafile) => [...listPackages(metafile)]));
  expect([...packages].filter((name) => name.startsWith("@aws-sdk/client-"))).toEqual([
    "@aws-sdk/client-cloudfront",
  ]);
  for (const name of ["zod", "inversify", "hono", "sharp"]) expect(packages).not.toContain(name);
  const ours = all.flatMap(({ inputs }) => Object.keys(inputs)).filter((path) => path.startsWith("src/"));
  expect(ours.filter((path) => path.startsWith("src/domain/use-cases/"))).toEqual([]);
});

describe("the bundle of process", () => {
  it("loads the clients of S3 and DynamoDB at the start and every other one on demand", () => {
    const [first, ...late] = listMetafiles("process");
    const listClients = (metafile: Metafile) =>
      [...listPackages(metafile)].filter((name) => name.startsWith("@aws-sdk/client-")).sort();
    expect(listClients(first)).toEqual(["@aws-sdk/client-dynamodb", "@aws-sdk/client-s3"]);
    const later = new Set(late.flatMap(listClients));
    for (const name of ["rekognition", "sns", "sqs"]) expect(later).toContain(`@aws-sdk/client-${name}`);
    expect(later).not.toContain("@aws-sdk/client-cloudfront");
    expect(listPackages(first)).not.toContain("zod");
    expect(listPackages(first)).not.toContain("aws-xray-sdk-core");
  });

  it("loads on demand what writes lines and counts, and what mixes colors", () => {
    const [first, ...late] = listMetafiles("process");
    for (const name of ["@aws-lambda-powertools/logger", "@aws-lambda-powertools/metrics", "@img/colour"]) {
      expect(listPackages(first)).not.toContain(name);
      expect(late.some((metafile) => listPackages(metafile).has(name))).toBe(true);
    }
    const code = readFileSync(join(bundles.getFolder("process"), "index.js"), "utf8");
    for (const [module, name] of [
      ["child_process", "fork"],
      ["worker_threads", "Worker"],
    ])
      expect(code).toContain(`get ${name}(){return require("node:${module}").${name}}`);
  });

  it("has the font of text watermarks, its license and a configuration for Fontconfig", () => {
    const folder = bundles.getFolder("process");
    const font = readFileSync(join(folder, "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
    expect(font.readUInt32BE(0)).toBe(0x00010000);
    expect(existsSync(join(folder, "node_modules/dejavu-fonts-ttf/LICENSE"))).toBe(true);
    expect(readFileSync(join(folder, "fonts.conf"), "utf8")).toContain("<cachedir>/tmp/");
  });
});

describe("a function with an incomplete environment", () => {
  const measureColdStart = async (environment: Readonly<Record<string, string>>) => {
    const seconds = FUNCTION_SIZES.process.timeoutSeconds;
    const lambda = await startFunction({ folder: bundles.getFolder("process"), environment, seconds });
    try {
      return await lambda.invoke({});
    } finally {
      await lambda.close();
    }
  };

  it("does not start, and names every variable that is missing or wrong in one error", async () => {
    const environment = { [VARIABLES.table]: "ImageMetadata", [VARIABLES.maxAttempts]: "many" };
    await expect(measureColdStart(environment)).rejects.toThrow(
      "expected a value for SAFELIGHT_ORIGINALS_BUCKET, SAFELIGHT_RENDITIONS_BUCKET, SAFELIGHT_QUEUE_URL in the " +
        "function's environment but received none; expected a whole number from 1 to 1000 for " +
        'SAFELIGHT_MAX_ATTEMPTS but received "many"',
    );
  });
});
