import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { transform } from "@swc/core";
import sharp from "sharp";
import { DOCUMENTS, findFileName } from "../support/documents.js";
import { parseExamples, parseFences } from "../support/markdown.js";
import { ROOT, readText } from "../support/repository.js";
import { takeSample } from "../support/sample.js";

const run = promisify(execFile);

const PAGES = DOCUMENTS;
const EXAMPLES = PAGES.flatMap((page) =>
  parseExamples(readText(page)).map((example) => ({ ...example, where: `${page}:${example.line}` })),
);
const COMMANDS = PAGES.flatMap((page) =>
  parseFences(readText(page))
    .filter(({ language }) => language === "bash")
    .flatMap(({ code }) => code.split("\n").flatMap((line) => line.split("&&")))
    .map((command) => command.replace(/#.*/, "").trim())
    .filter((command) => command !== ""),
);

let folder: string;

/** A folder as a reader's project would be: the package is installed, and a photo called cat.jpg lies there. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "safelight-readme-"));
  await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
  await symlink(ROOT, join(folder, "node_modules", "safelight"), "junction");
  for (const name of ["sharp", "fast-check", "libsql", join("@types", "node")]) {
    await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "junction");
  }
  await writeFile(join(folder, "package.json"), `{ "type": "module" }`);
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  await sharp({ create: { width: 1600, height: 1200, channels: 3, background: "white", noise } })
    .jpeg()
    .toFile(join(folder, "cat.jpg"));
  // An example that names its file is one that a later example of its page imports.
  for (const { code } of EXAMPLES) {
    const file = findFileName(code);
    if (file !== undefined) await writeExample(file.replace(/\.ts$/, ""), code);
  }
});

async function writeExample(name: string, code: string): Promise<void> {
  const { code: js } = await transform(code, {
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "es6" },
  });
  await writeFile(join(folder, `${name}.js`), js);
}

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("every example of the documentation", () => {
  it("is found", () => {
    expect(EXAMPLES.filter(({ where }) => where.startsWith("README.md"))).not.toEqual([]);
    expect(EXAMPLES.some(({ prints }) => prints !== undefined)).toBe(true);
  });

  it.each(takeSample(EXAMPLES, 4))(
    "runs and prints what it says: $where",
    async ({ code, prints, where }) => {
      const name = findFileName(code)?.replace(/\.ts$/, "") ?? where.replace(/\W/g, "-");
      await writeExample(name, code);
      // The SDK warns of the oldest Node.js that the project supports.
      const env = {
        ...process.env,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...(existsSync("/dev/shm") && { TMPDIR: "/dev/shm" }),
      };
      const { stdout, stderr } = await run(process.execPath, [`${name}.js`], { cwd: folder, env });
      expect(stderr).toBe("");
      if (prints !== undefined) expect(stdout).toBe(prints);
    },
  );
});

describe("every command of the documentation", () => {
  const scripts = Object.keys((JSON.parse(readText("package.json")) as { scripts: object }).scripts);
  const started = COMMANDS.filter((command) => command.startsWith("npm start -- "));

  it("exists in the project", () => {
    expect(COMMANDS).toContain("npm ci");
    for (const command of COMMANDS) {
      const script = /^npm (?:run )?([\w:]+)/.exec(command)?.[1];
      expect({ command, exists: script === "ci" || scripts.includes(String(script)) }).toEqual({
        command,
        exists: true,
      });
    }
  });

  it("that starts the command line runs", async () => {
    expect(started).not.toEqual([]);
    await symlink(join(ROOT, "samples"), join(folder, "samples"), "junction");
    for (const command of started) {
      const [main, ...args] = [join(ROOT, "dist/entrypoints/cli/main.js"), ...command.split(/\s+/).slice(3)];
      const { stderr } = await run(process.execPath, [String(main), ...args], { cwd: folder });
      expect(stderr).not.toMatch(/warn|error/i);
    }
    expect(existsSync(join(folder, "out"))).toBe(true);
  });
});
