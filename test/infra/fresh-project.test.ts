import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import { createFreshProject, type FreshProject } from "../support/infra/fresh-project.js";
import { ROOT, readText } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(6);

const ARM64 = 0xb7;
const X64 = 0x3e;

/** As docs/deploying.md has it. */
const FIVE_LINES = `import { App, Stack } from "aws-cdk-lib";
import { ImagePipeline } from "safelight/cdk";
const app = new App();
const stack = new Stack(app, "Pictures");
new ImagePipeline(stack, "Images");
`;

const CONFIGURED = `import { App, Stack } from "aws-cdk-lib";
import { ImagePipeline } from "safelight/cdk";
const stack = new Stack(new App(), "Pictures");
new ImagePipeline(stack, "Images", { configuration: "settings/images.json", tagging: true });
stack.node.root.synth();
`;

const WITH_HEIC = `import { App, Stack } from "aws-cdk-lib";
import { ImagePipeline } from "safelight/cdk";
const stack = new Stack(new App(), "Pictures");
new ImagePipeline(stack, "Images", { configuration: { uploads: { formats: ["jpeg", "heic"] } } });
stack.node.root.synth();
`;

let project: FreshProject;

beforeAll(async () => {
  project = await createFreshProject();
  project.setMachine(ARM64);
  project.write("app.mjs", FIVE_LINES);
}, 180_000);

afterAll(() => project?.close());

/** Synthesizes the app of five lines into `cdk.out`. */
async function synthesizeApp(): Promise<void> {
  const cdk = join(ROOT, "node_modules", "aws-cdk", "bin", "cdk");
  await project.runNode([cdk, "synth", "--app", "node app.mjs", "--quiet", "--no-notices"]);
}

/** The folders that were put together for the functions, by their bundle. */
function listFunctions(out: string): readonly string[] {
  return readdirSync(join(project.folder, out))
    .filter((name) => name.startsWith("asset."))
    .map((name) => join(project.folder, out, name))
    .filter(
      (folder) => existsSync(join(folder, "index.js")) && existsSync(join(folder, "safelight.config.json")),
    );
}

it("the package takes less than 8 MB when it is unpacked, and brings no source maps and no notes of the build", () => {
  const { unpackedSize, files } = project.packed;
  expect(unpackedSize).toBeLessThan(8_000_000);
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("dist/lambda/functions.br");
  expect(paths.filter((path) => /\.map$|\.meta\.json$|\.ttf$|^dist\/lambda\/./.test(path))).toEqual([
    "dist/lambda/functions.br",
  ]);
});

it("five lines are a whole app, the five of the documentation", async () => {
  expect(readText("docs/deploying.md")).toContain(FIVE_LINES);
  await synthesizeApp();
  const template = readFileSync(join(project.folder, "cdk.out", "Pictures.template.json"), "utf8");
  const types = Object.values(JSON.parse(template).Resources as Record<string, { Type: string }>);
  expect(types.filter(({ Type }) => Type === "AWS::Lambda::Function")).toHaveLength(4);
  expect(listFunctions("cdk.out").length).toBeGreaterThanOrEqual(2);
  const rendering = listFunctions("cdk.out").filter((folder) =>
    existsSync(join(folder, "node_modules", "@img")),
  );
  expect(rendering).toHaveLength(1);
  const installed = readdirSync(join(rendering[0] ?? "", "node_modules", "@img"));
  expect(installed.every((name) => name.startsWith("sharp-"))).toBe(true);
  const report = JSON.parse(readFileSync(join(project.folder, "cdk.out", "validation-report.json"), "utf8"));
  expect(JSON.stringify(report)).not.toContain('"severity":"error"');
}, 180_000);

it("the function that renders is below 10 MB zipped, and a limit that it breaks is noticed", async () => {
  if (!existsSync(join(project.folder, "cdk.out"))) await synthesizeApp();
  const measure = join(ROOT, "scripts", "measure-assets.mjs");
  expect(await project.runNode([measure, "cdk.out"])).toMatch(/MB zipped/);
  await expect(project.runNode([measure, "cdk.out", "5000000"])).rejects.toThrow(
    "larger than the 5.00 MB zipped that are allowed",
  );
}, 60_000);

it("a configuration, its watermark's image and its font are beside the code of every function that reads one", async () => {
  const configuration = {
    thumbnails: { card: { width: 640 } },
    watermark: { text: "©", font: "../fonts/own.ttf" },
  };
  for (const folder of ["settings", "fonts"])
    await project.runNode(["-e", `fs.mkdirSync(${JSON.stringify(folder)})`]);
  project.write("settings/images.json", JSON.stringify(configuration));
  project.write("fonts/own.ttf", "a font");
  project.write("configured.mjs", CONFIGURED);
  await project.runNode(["configured.mjs"], { CDK_OUTDIR: "configured.out", CDK_VALIDATION: "false" });
  const folders = listFunctions("configured.out");
  expect(folders.length).toBeGreaterThanOrEqual(2);
  for (const folder of folders) {
    const text = readFileSync(join(folder, "safelight.config.json"));
    expect(JSON.parse(text.toString())).toMatchObject({
      watermark: { text: "©", font: "watermark-font", opacity: 0.6 },
      tagging: { provider: "rekognition" },
    });
    expect(readFileSync(join(folder, "watermark-font"), "utf8")).toBe("a font");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => /\.d\.[cm]?ts$|\.md$|credential-provider/.test(path))).toEqual([]);
  }
}, 120_000);

it("with HEIC the decoder lies beside the code of one function; without its package there is no synthesis", async () => {
  project.write("heic.mjs", WITH_HEIC);
  const synthesize = () => project.runNode(["heic.mjs"], { CDK_OUTDIR: "heic.out", CDK_VALIDATION: "false" });
  await expect(synthesize()).rejects.toThrow(
    "expected the package libheif-js for heic in uploads.formats but received none; run npm install libheif-js",
  );
  const installed = join(ROOT, "node_modules", "libheif-js");
  symlinkSync(installed, join(project.folder, "node_modules", "libheif-js"));
  await synthesize();
  const decoders = listFunctions("heic.out")
    .map((folder) => join(folder, "node_modules", "libheif-js"))
    .filter((folder) => existsSync(folder));
  expect(decoders).toHaveLength(1);
  const files = readdirSync(decoders[0] ?? "", { recursive: true, encoding: "utf8" });
  for (const file of files.filter((path) => /LICENSE|libheif\.|package\.json/.test(path)))
    expect(readFileSync(join(decoders[0] ?? "", file))).toEqual(readFileSync(join(installed, file)));
  expect(files.sort()).toEqual([
    "LICENSE",
    "libheif-wasm",
    "libheif-wasm/LICENSE",
    "libheif-wasm/libheif.js",
    "libheif-wasm/libheif.wasm",
    "package.json",
  ]);
}, 120_000);

it("native files for other processors fail the synthesis, and so do missing ones", async () => {
  project.setMachine(X64);
  const synthesize = () =>
    project.runNode(["app.mjs"], { CDK_OUTDIR: "refused.out", CDK_VALIDATION: "false" });
  await expect(synthesize()).rejects.toThrow("expected a native file for linux-arm64");
  const kept = join(project.folder, "node_modules", ".cache", "safelight");
  const [name = ""] = readdirSync(kept);
  await project.runNode([
    "-e",
    `fs.rmSync(${JSON.stringify(join(kept, name, "node_modules", "@img"))}, { recursive: true })`,
  ]);
  await expect(synthesize()).rejects.toThrow(
    "expected sharp's own .node file for linux-arm64 but received none",
  );
}, 120_000);

it("the lockfile fetches the sharp that the package depends on, and names no registry", () => {
  const { dependencies } = JSON.parse(readText("package.json"));
  const lock = JSON.parse(readText("infra/sharp-lock.json"));
  expect(JSON.parse(readText("infra/sharp-package.json")).dependencies).toEqual({
    sharp: dependencies.sharp,
  });
  expect(lock.packages["node_modules/sharp"].version).toBe(dependencies.sharp);
  expect(lock.packages["node_modules/@img/sharp-linux-arm64"].integrity).toMatch(/^sha512-/);
  expect(readText("infra/sharp-lock.json")).not.toContain("resolved");
});
