import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { ROOT } from "../support/repository.js";
import { takeSampleOfTests } from "../support/sampled-tests.js";

const it = takeSampleOfTests(4);

const run = promisify(execFile);

/** The packages that each family needs before it can be imported; what it needs later, it loads then. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  memory: [],
  local: ["libsql"],
  postgres: [],
  s3: ["@aws-sdk/client-s3"],
  aws: ["@aws-sdk/client-s3", "@aws-sdk/client-dynamodb"],
  sharp: ["sharp", "thumbhash"],
  webhooks: [],
};

/** The words where a package is missing that is only loaded when it is used. */
const LATE: readonly (readonly [family: string, packages: readonly string[], code: string, said: RegExp])[] =
  [
    [
      "postgres",
      [],
      `import { postgres } from "safelight/postgres";
     await postgres().records.get("0".repeat(22));`,
      /^invalid-input expected the package pg beside safelight\/postgres but it is not installed; run npm install pg,/,
    ],
    [
      "local",
      ["inversify", "libsql", "sharp", "thumbhash", "pg", "@aws-sdk/client-s3"],
      `import { loadStores } from "./dist/entrypoints/settings/load-stores.js";
     await loadStores({ kind: "s3+postgres" });`,
      /^invalid-input expected @aws-sdk\/s3-presigned-post beside safelight for SAFELIGHT_STORES s3\+postgres but found none; run npm install @aws-sdk\/s3-presigned-post$/,
    ],
    [
      "local",
      [],
      `import { loadOpenTelemetry } from "./dist/entrypoints/telemetry/open-telemetry.js";
     loadOpenTelemetry();`,
      /^invalid-input expected the package @opentelemetry\/api for SAFELIGHT_TELEMETRY but it is not installed; run npm install @opentelemetry\/api$/,
    ],
    [
      "s3",
      ["@aws-sdk/client-s3"],
      `import { s3 } from "safelight/s3";
     const credentials = { accessKeyId: "a", secretAccessKey: "b" };
     const client = { endpoint: "http://store.example", credentials };
     const { tickets } = s3({ client, originals: "o", renditions: "r", baseUrl: "https://images.example" });
     await tickets.issue({ key: "k", contentType: "image/png", maxBytes: 9, expiresIn: 9 });`,
      /^invalid-input expected the package @aws-sdk\/s3-presigned-post beside safelight but it is not installed; run npm install @aws-sdk\/s3-presigned-post$/,
    ],
  ];

let bare: string;

beforeAll(async () => {
  bare = await mkdtemp(join(tmpdir(), "safelight-families-"));
  for (const name of ["dist", "package.json"])
    await cp(join(ROOT, name), join(bare, name), { recursive: true });
});

afterAll(() => rm(bare, { recursive: true, force: true }));

/** Runs code beside these packages and no others; resolves to what it writes, or to its error. */
async function runWithPackages(packages: readonly string[], code: string): Promise<string> {
  const modules = join(bare, "node_modules");
  await rm(modules, { recursive: true, force: true });
  for (const name of packages) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  const program = `process.on("uncaughtException", ({ code, message }) => console.log(code, message));
    await (async () => { ${code.replaceAll(/import (\{.*?\}) from (".*?");/g, "const $1 = await import($2);")} })()
      .catch(({ code, message }) => console.log(code, message));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: bare });
  return stdout.trim();
}

describe("safelight", () => {
  it.each(Object.entries(NEEDED))(
    "loads with %s no package but %j, and says in one sentence which of them is missing",
    async (family, packages) => {
      const code = `console.log(Object.keys(await import("safelight/${family}")).length > 0)`;
      expect(await runWithPackages(packages, code)).toBe("true");
      for (const missing of packages) {
        const others = packages.filter((name) => name !== missing);
        expect(await runWithPackages(others, code)).toMatch(
          new RegExp(`^ERR_MODULE_NOT_FOUND Cannot find package '${missing}' imported from [^\\n]*$`),
        );
      }
    },
  );

  it.each(LATE)(
    "says with %s beside %j which package is missing once it is used",
    async (_, packages, code, said) => {
      expect(await runWithPackages(packages, code)).toMatch(said);
    },
  );
});
