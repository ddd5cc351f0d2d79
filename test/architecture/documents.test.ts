import { execFile, execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parseConfiguration } from "../../src/entrypoints/configuration/index.js";
import {
  DOCUMENTS,
  explainDeadLink,
  findAnchors,
  findBlocks,
  findFileName,
  findLinks,
  findNames,
} from "../support/documents.js";
import { ROOT, readText } from "../support/repository.js";

const run = promisify(execFile);

describe("every link of every document", () => {
  it("leads to a file, and to a heading of it", () => {
    const links = DOCUMENTS.flatMap((document) =>
      findLinks(readText(document)).map((link) => ({ document, ...link })),
    );
    expect(links.length).toBeGreaterThan(100);
    const dead = links.flatMap((link) => {
      const reason = explainDeadLink(link.document, link);
      return reason === undefined ? [] : [`${link.document}:${link.line}: ${reason}`];
    });
    expect(dead).toEqual([]);
  });

  it("is checked: a missing file, a missing heading and a reference are noticed", () => {
    const text =
      "# A `b`, c\n## Same\n## Same\n\n[x](no.md) [y](#same-2) ![z](no.png)\n[r]: gone.md\n`[code](no.md)`\n";
    expect([...findAnchors(text)]).toEqual(["a-b-c", "same", "same-1"]);
    const links = findLinks(text);
    expect(links.map(({ target }) => target)).toEqual(["no.md", "#same-2", "no.png", "gone.md"]);
    for (const link of links) expect(explainDeadLink("README.md", link, () => text)).toBeDefined();
    expect(explainDeadLink("README.md", { target: "#same-1", line: 1 }, () => text)).toBeUndefined();
  });

  it("to a decision is in the index, which names all of them once", () => {
    const records = readdirSync(join(ROOT, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));
    const index = readText("docs/decisions/README.md");
    const linked = findLinks(index)
      .map(({ target }) => target)
      .filter((target) => /^\d{4}-/.test(target));
    expect(linked.sort()).toEqual(records.sort());
    for (const name of records) {
      const [, title] =
        /^# (.+)\n\nStatus: (?:accepted|superseded by .+) · Date: \d{4}-\d\d-\d\d · Area: .+\n/.exec(
          readText(`docs/decisions/${name}`),
        ) ?? [name];
      expect({ name, title }).toEqual({
        name,
        title: expect.stringMatching(`^${Number(name.slice(0, 4))}\\. `),
      });
      expect(index).toContain(`[${title?.replace(/^\d+\. /, "")}](${name})`);
    }
  });
});

describe("every name in a document", () => {
  /** Names of others that no file of this repository spells, and of a reader's own adapters. */
  const FOREIGN = new Set([
    "AssumeRole",
    "AssumeRoleWithWebIdentity",
    "ConcurrentExecutions",
    "FileEvents",
    "FormData",
    "SigningCertURL",
    "SubscribeURL",
    "SubscriptionConfirmation",
    "WriteThrottleEvents",
    "XMLHttpRequest",
    "myFamily",
    "rawMessageDelivery",
  ]);

  it("is one that the code has", () => {
    const sources = execFileSync(
      "git",
      [
        "ls-files",
        "-co",
        "--exclude-standard",
        "src",
        "infra",
        "test",
        "bench",
        "scripts",
        "examples",
        "*.json",
        "samples",
        ".github",
      ],
      { cwd: ROOT, encoding: "utf8", maxBuffer: 1e8 },
    );
    const code = sources
      .split("\n")
      .filter((path) => /\.(?:[cm]?[jt]s|json|ya?ml)$/.test(path) && existsSync(join(ROOT, path)))
      .map((path) => readFileSync(join(ROOT, path), "utf8"))
      .join("\n");
    const known = new Set([...code.matchAll(/--[a-z][a-z-]+|\w+/g)].map(([name]) => name));
    const unknown = DOCUMENTS.filter((document) => document !== "CHANGELOG.md").flatMap((document) => {
      const [present = ""] = readText(document).split("\n## Not taken\n");
      return [...findNames(present)]
        .filter((name) => !known.has(name) && !FOREIGN.has(name))
        .map((name) => `${document}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe("every code block of every document", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "safelight-documents-"));
    await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
    await symlink(ROOT, join(folder, "node_modules", "safelight"), "junction");
    for (const name of [
      "aws-cdk-lib",
      "constructs",
      "sharp",
      "fast-check",
      "libsql",
      "hono",
      "@hono",
      "express",
      "@aws-sdk",
      join("@types", "node"),
      join("@types", "express"),
    ])
      await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "junction");
    await writeFile(join(folder, "package.json"), `{ "type": "module" }`);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is in a language that a test reads: readme.test.ts runs `ts` and `bash`, `text` is output", () => {
    const languages = new Set(["ts", "bash", "text", "js", "json", "sh"]);
    expect(findBlocks().filter(({ language }) => !languages.has(language))).toEqual([]);
  });

  it("compiles if it is TypeScript or JavaScript, with the declarations that a reader has", async () => {
    for (const { code, where, language } of findBlocks("ts", "js")) {
      const path = join(folder, findFileName(code) ?? `${where.replace(/\W/g, "-")}.${language}`);
      await mkdir(dirname(path), { recursive: true });
      // Without an import or export a file would be no module, and its names would be global.
      await writeFile(path, `${code}export {};\n`);
    }
    await writeFile(
      join(folder, "reader.d.ts"),
      `declare const ImagePipeline: typeof import("safelight/cdk").ImagePipeline;
declare const stack: import("aws-cdk-lib").Stack;
declare const certificate: import("aws-cdk-lib/aws-certificatemanager").ICertificate;
declare const session: { token(): string };
declare const input: { files: File[] };
declare const bar: { show(share: number): void };
`,
    );
    const compilerOptions = {
      allowJs: true,
      checkJs: true,
      strict: true,
      module: "nodenext",
      target: "es2023",
      noEmit: true,
      skipLibCheck: true,
      types: ["node"],
    };
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["*.ts", "*.js", "app"] }),
    );
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });

  it("is an accepted configuration of an existing schema if it is JSON", () => {
    const blocks = findBlocks("json");
    expect(blocks).not.toEqual([]);
    for (const { code, where } of blocks) {
      const { $schema, ...config } = JSON.parse(code) as { $schema: string };
      expect({ where, config: parseConfiguration(config) }).toMatchObject({ where, config });
      expect(existsSync(join(folder, $schema))).toBe(true);
    }
  });

  it("is a script without errors of syntax if it is for a shell", async () => {
    for (const { code, where } of findBlocks("sh", "bash")) {
      const path = join(folder, "script.sh");
      await writeFile(path, code);
      const result = await run("bash", ["-n", path]).catch((error: unknown) => error);
      expect({ where, result }).toEqual({ where, result: { stdout: "", stderr: "" } });
    }
  });
});
