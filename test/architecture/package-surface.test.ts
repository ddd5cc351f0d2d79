import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { ROOT, readText } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(5);

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const manifest = JSON.parse(readText("package.json")) as Manifest;

/** The names that a module exports, as seen by a process of its own; whatever it writes to standard error is a failure. */
async function listExports(specifier: string, cwd: string): Promise<readonly string[]> {
  const code = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(specifier)}))))`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as string[];
}

describe("the package", () => {
  const subpaths = Object.entries(manifest.exports);

  it.each(subpaths)("has every file behind %s, after npm run build", async (_subpath, target) => {
    for (const file of typeof target === "string" ? [target] : Object.values(target)) {
      expect((await stat(join(ROOT, file))).size).toBeGreaterThan(0);
    }
  });

  it.each(subpaths.filter(([, target]) => typeof target !== "string"))(
    "can be imported as %s",
    async (path) => {
      expect(await listExports(join(manifest.name, path), ROOT)).not.toEqual([]);
    },
  );

  it.each(subpaths.filter(([path]) => path.endsWith(".json")))("gives JSON as %s", async (path) => {
    const file = new URL(import.meta.resolve(join(manifest.name, path)));
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(expect.any(Object));
  });

  it("has a command that is executable by name", async () => {
    for (const file of Object.values(manifest.bin)) {
      expect((await readFile(join(ROOT, file), "utf8")).startsWith("#!/usr/bin/env node\n")).toBe(true);
    }
  });

  it("packs the built files and the files that describe them, nothing else", async () => {
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      maxBuffer: 16 * 1024 * 1024,
    });
    const [packed] = JSON.parse(stdout) as [{ files: readonly { path: string }[] }];
    const paths = packed.files.map(({ path }) => path);
    const described = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    expect(paths).toEqual(expect.arrayContaining([...described, "dist/index.js", "dist/index.d.ts"]));
    expect(paths.filter((path) => !path.startsWith("dist/") && !described.includes(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith(".wasm"))).toEqual([]);
  });

  it("has nothing of the decoder of HEIC in it, whose license forbids that", async () => {
    const decoder = await readFile(join(ROOT, "node_modules/libheif-js/libheif-wasm/libheif.js"), "utf8");
    expect(decoder).toContain(OF_THE_DECODER);
    const files = await readdir(join(ROOT, "dist"), { recursive: true, withFileTypes: true });
    const scripts = files.filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name));
    expect(scripts.length).toBeGreaterThan(100);
    for (const { parentPath, name } of scripts)
      expect(await readFile(join(parentPath, name), "utf8")).not.toContain(OF_THE_DECODER);
  });
});

/** A name in the decoder's script that no code of ours has. */
const OF_THE_DECODER = "heif_js_context_get_list_of_top_level_image_IDs";

describe("the built files without any dependency installed", () => {
  let bare: string;

  beforeAll(async () => {
    bare = await mkdtemp(join(tmpdir(), "safelight-bare-"));
    await cp(join(ROOT, "dist"), join(bare, "dist"), { recursive: true });
    await cp(join(ROOT, "package.json"), join(bare, "package.json"));
  });

  afterAll(() => rm(bare, { recursive: true, force: true }));

  it("load as the root export, as the configuration and as the memory adapters", async () => {
    expect(await listExports(manifest.name, bare)).toContain("definePipeline");
    expect(await listExports(`${manifest.name}/memory`, bare)).toContain("memory");
    expect(await listExports(`${manifest.name}/config`, bare)).toEqual([
      "loadConfiguration",
      "parseConfiguration",
    ]);
  });

  it("load as the PostgreSQL adapters, whose first use names the package that is missing", async () => {
    const code = `
      const { postgres } = await import("${manifest.name}/postgres");
      await postgres().records.get("0".repeat(22)).catch(({ code, message }) => console.log(code, message));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: bare });
    expect(stdout.trim()).toMatch(
      /^invalid-input expected the package pg .* run npm install pg, or give a pool$/,
    );
  });

  it("do not load where a dependency is needed, so that this test can fail", async () => {
    await expect(listExports(`${manifest.name}/sharp`, bare)).rejects.toThrow("ERR_MODULE_NOT_FOUND");
  });
});

describe("the built files without the decoder of HEIC", () => {
  let bare: string;

  beforeAll(async () => {
    bare = await mkdtemp(join(tmpdir(), "safelight-no-heic-"));
    await cp(join(ROOT, "dist"), join(bare, "dist"), { recursive: true });
    await cp(join(ROOT, "package.json"), join(bare, "package.json"));
    await mkdir(join(bare, "node_modules"));
    for (const name of await readdir(join(ROOT, "node_modules")))
      if (name !== "libheif-js")
        await symlink(join(ROOT, "node_modules", name), join(bare, "node_modules", name));
  });

  afterAll(() => rm(bare, { recursive: true, force: true }));

  /** The code and the message of the error that this code throws, with an engine and the bytes of a HEIC at hand. */
  async function readRefusal(code: string): Promise<string> {
    const heic = join(ROOT, "test/golden/heic/plain.heic");
    const program = `
      import { readFileSync } from "node:fs";
      import { definePipeline, uploadPolicy } from "safelight";
      import { memory } from "safelight/memory";
      import { sharpEngine, workerEngine } from "safelight/sharp";
      const bytes = readFileSync(${JSON.stringify(heic)});
      try { console.log("no refusal", await (${code})); } catch (error) { console.log(error.code, error.message); }`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: bare });
    return stdout.trim();
  }

  it.each(["sharpEngine", "workerEngine"])(
    "do not start a pipeline that lets HEIC in: %s",
    async (engine) => {
      const config = 'uploads: { formats: ["jpeg", "heic"] }';
      expect(
        await readRefusal(`definePipeline({ ...memory(), engine: ${engine}(), config: { ${config} } })`),
      ).toBe(
        "invalid-input expected formats other than heic without the package libheif-js for uploads.formats but received " +
          "heic; run npm install libheif-js, or leave heic out",
      );
    },
  );

  it("refuse a HEIC by the name of the package, whether or not it is let in", async () => {
    const inspect = (formats: string) =>
      `sharpEngine().inspect(bytes, uploadPolicy({ formats: ${formats} }))`;
    expect(await readRefusal(inspect('["heic"]'))).toBe(
      "unsupported-format expected an image that needs no package beside those installed for the original but " +
        "received heic, which needs libheif-js: run npm install libheif-js",
    );
    expect(await readRefusal(inspect('["jpeg"]'))).toBe(
      'unsupported-format expected one of jpeg for the original but received heic, which needs "heic" in ' +
        "uploads.formats and the package libheif-js",
    );
  });
});
