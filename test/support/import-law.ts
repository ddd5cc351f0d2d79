import { posix } from "node:path";
import { transformSync } from "@swc/core";
import { listImports, type SourceFiles, type SourceImport } from "./source-imports.js";

/** Who may import what: one row for each room of the house. */
interface Room {
  readonly name: string;
  readonly holds: (path: string) => boolean;
  /** Which files of the repository a file in this room may import; `typeOnly`: of which it may name types. */
  readonly may: (target: string, path: string, typeOnly: boolean) => boolean;
  /** Which packages it may import; `node:` alone stands for all of Node's own modules. */
  readonly packages: (path: string) => readonly string[] | "its runtime";
}

const createFolderCheck = (folder: string) => (path: string) => path.startsWith(`src/${folder}/`);
const model = createFolderCheck("domain/model");
const domain = createFolderCheck("domain");
const isPort = (path: string) => /^src\/ports\/[^/]+\.ts$/.test(path);
const checked = createFolderCheck("ports/checked");
const contracts = createFolderCheck("ports/contracts");
const testing = createFolderCheck("testing");
const container = createFolderCheck("entrypoints/container");
const client = createFolderCheck("entrypoints/http/client");
/** The verbs of a pipeline, as types. */
const PIPELINE = "src/domain/pipeline.ts";
const DEFINE_PIPELINE = "src/domain/define-pipeline.ts";

/**
 * The packages that each adapter family may import. A family that is not listed may import only Node's modules. The decoder of
 * HEIC is not among sharp's: it is found where users install it, and what is imported could be bundled.
 */
const SDKS: Readonly<Record<string, readonly string[]>> = {
  aws: ["@aws-sdk"],
  local: ["libsql"],
  postgres: ["pg"],
  s3: ["@aws-sdk/client-s3", "@aws-sdk/s3-presigned-post"],
  sharp: ["sharp", "thumbhash"],
};

/** The families that share another one's code: Amazon S3 is one of the stores that speak S3. */
const SHARED_FAMILIES: Readonly<Record<string, string>> = { aws: "s3" };

const isShared = (family: string | undefined, other: string | undefined) =>
  other !== undefined && SHARED_FAMILIES[family ?? ""] === other;

/** The files that the construct shares with what it deploys: names, and how the version of the engine is called; never code that runs there. */
const SHARED_WITH_INFRA = [
  "src/adapters/aws/records-layout.ts",
  "src/adapters/sharp/versions.ts",
  "src/entrypoints/http/dashboard-page.ts",
  "src/entrypoints/telemetry/metric-names.ts",
  "src/entrypoints/lambda/output-names.ts",
  "src/entrypoints/lambda/settings.ts",
];

/**
 * The adapter files that a shell may import: facts about formats and services, the repair of a data directory, which no
 * adapter can open before, the work that an adapter leaves in a queue of its own, and what work costs. None of them gives a shell an adapter: those come from the modules of the container alone.
 */
const OPEN_TO_SHELLS = [
  "src/adapters/aws/dead-letters.ts",
  "src/adapters/aws/deployed-pipeline.ts",
  "src/adapters/aws/invalidation-sender.ts",
  "src/adapters/aws/inventory.ts",
  "src/adapters/aws/invocation.ts",
  "src/adapters/aws/invoke-function.ts",
  "src/adapters/aws/recorded-notifications.ts",
  "src/adapters/aws/report-publisher.ts",
  "src/adapters/aws/secret.ts",
  "src/adapters/aws/work-bill.ts",
  "src/adapters/local/directory-damage.ts",
  "src/adapters/local/file-content.ts",
  "src/adapters/local/repair-directory.ts",
  "src/adapters/local/system-errors.ts",
  "src/adapters/local/passed-files.ts",
  "src/adapters/local/stray-entries.ts",
  "src/adapters/sharp/inspect/index.ts",
  "src/adapters/sharp/workers/exit-with-parent.ts",
];

/** The only place that puts a pipeline together for the shells. */
const COMPOSE = "src/entrypoints/container/compose.ts";

const CONTAINER_PACKAGES = ["inversify", "reflect-metadata"];

const ROOMS: readonly Room[] = [
  {
    name: "domain/model",
    holds: model,
    may: model,
    packages: (path) => (path === "src/domain/model/digest.ts" ? ["node:crypto"] : []),
  },
  {
    name: "ports",
    holds: isPort,
    may: (target) => model(target) || target === "src/ports/call-options.ts",
    packages: () => [],
  },
  {
    name: "ports/checked",
    holds: checked,
    may: (target) => checked(target) || model(target) || isPort(target),
    packages: () => [],
  },
  {
    name: "ports/contracts",
    holds: contracts,
    may: (target) => contracts(target) || checked(target) || model(target) || isPort(target),
    packages: () => ["node:assert", "node:assert/strict", "fast-check"],
  },
  {
    name: "testing",
    holds: testing,
    // It plays the domain on stores that it is given: like a contract it knows no adapter and no test runner.
    may: (target) =>
      testing(target) || contracts(target) || checked(target) || domain(target) || isPort(target),
    packages: () => ["node:assert/strict", "fast-check"],
  },
  {
    name: "domain/use-cases",
    holds: createFolderCheck("domain/use-cases"),
    may: (target) => createFolderCheck("domain/use-cases")(target) || model(target) || isPort(target),
    packages: () => [],
  },
  {
    name: "domain/pipeline.ts",
    holds: (path) => path === PIPELINE,
    may: (target, _path, typeOnly) => typeOnly && (domain(target) || isPort(target)),
    packages: () => [],
  },
  {
    name: "domain/define-pipeline.ts",
    holds: (path) => path === DEFINE_PIPELINE,
    may: (target) => domain(target) || checked(target) || isPort(target),
    packages: () => [],
  },
  {
    name: "index.ts",
    holds: (path) => path === "src/index.ts",
    may: (target) => domain(target) || checked(target) || isPort(target),
    packages: () => [],
  },
  {
    name: "adapters",
    holds: createFolderCheck("adapters"),
    may: (target, path) =>
      domain(target) ||
      checked(target) ||
      isPort(target) ||
      readFamily(target) === readFamily(path) ||
      isShared(readFamily(path), readFamily(target)),
    packages: (path) => ["node:", ...(SDKS[readFamily(path) ?? ""] ?? [])],
  },
  {
    name: "entrypoints/container",
    holds: container,
    may: (target, path, typeOnly) =>
      container(target) ||
      model(target) ||
      checked(target) ||
      (target === PIPELINE && typeOnly) ||
      (target === DEFINE_PIPELINE && path === COMPOSE) ||
      isPort(target) ||
      readFamily(target) === readModuleFamily(path),
    packages: () => ["inversify"],
  },
  {
    name: "entrypoints/configuration",
    holds: createFolderCheck("entrypoints/configuration"),
    may: (target) => createFolderCheck("entrypoints/configuration")(target) || domain(target),
    packages: () => ["zod", "jsonc-parser", "node:"],
  },
  {
    name: "infra",
    holds: (path) => path.startsWith("infra/"),
    may: (target) =>
      target.startsWith("infra/") ||
      model(target) ||
      createFolderCheck("entrypoints/configuration")(target) ||
      SHARED_WITH_INFRA.includes(target),
    packages: () => ["aws-cdk-lib", "constructs", "node:"],
  },
  {
    name: "entrypoints/http/client",
    holds: client,
    // It runs in browsers: of the rest only types are left over.
    may: (target, _path, typeOnly) => client(target) || (model(target) && typeOnly),
    packages: () => ["eventsource-parser"],
  },
  {
    name: "entrypoints/dashboard",
    holds: createFolderCheck("entrypoints/dashboard"),
    // It runs in browsers, and all that it knows of the pipeline comes from the client.
    may: (target, _path, typeOnly) =>
      createFolderCheck("entrypoints/dashboard")(target) ||
      target === "src/entrypoints/http/client/index.ts" ||
      (model(target) && typeOnly),
    packages: () => ["react", "react-dom", "@tanstack/react-virtual", "oauth4webapi"],
  },
  {
    name: "entrypoints/files",
    holds: createFolderCheck("entrypoints/files"),
    may: (target) =>
      createFolderCheck("entrypoints/files")(target) || model(target) || isOpenToShells(target),
    packages: () => ["node:"],
  },
  {
    name: "entrypoints/<shell>",
    holds: createFolderCheck("entrypoints"),
    may: (target, _path, typeOnly) =>
      createFolderCheck("entrypoints")(target) ||
      (createFolderCheck("adapters")(target) && (typeOnly || isOpenToShells(target))) ||
      model(target) ||
      checked(target) ||
      (target === PIPELINE && typeOnly) ||
      isPort(target),
    packages: () => "its runtime",
  },
];

/** Every breach of the import law in these files, as sentences. */
export function findBreaches(files: SourceFiles): readonly string[] {
  const imports = new Map([...files].map(([path, text]) => [path, listImports(path, text)]));
  return [
    ...[...imports].flatMap(([path, found]) => found.flatMap((one) => findImportBreaches(path, one, files))),
    ...[...files].filter(([path]) => isPort(path)).flatMap(([path, text]) => findErasureBreach(path, text)),
    ...findCircles(imports).map((circle) => `circle: ${circle}`),
    ...findCircles(pickEntrypointImports(imports)).map((circle) => `circle of folders: ${circle}`),
    ...listRootDependencies(imports),
  ];
}

function findImportBreaches(path: string, one: SourceImport, files: SourceFiles): readonly string[] {
  const room = ROOMS.find(({ holds }) => holds(path));
  if (room === undefined) return [`${path} lies in no room of the house`];
  const { specifier, target } = one;
  if (specifier === undefined) return [`${path} imports something that is not a literal`];
  const breach = `${path} (${room.name}) imports ${target ?? specifier}`;
  if (target !== undefined) {
    if (!files.has(target)) return [`${breach}, which is not there`];
    if (isPort(target) && !one.typeOnly && path !== "src/index.ts") return [`${breach} not as a type`];
    if (isPort(path) && !one.typeOnly) return [`${breach} not as a type`];
    return room.may(target, path, one.typeOnly) ? [] : [breach];
  }
  const packages = room.packages(path);
  if (packages === "its runtime") {
    return CONTAINER_PACKAGES.some((name) => hasContent(name, specifier)) ? [breach] : [];
  }
  return packages.some((name) => hasContent(name, specifier)) ? [] : [breach];
}

/** Whether the specifier is this package or a file of it. */
function hasContent(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(name === "node:" ? name : `${name}/`);
}

function findErasureBreach(path: string, text: string): readonly string[] {
  const { code } = transformSync(text, {
    filename: posix.basename(path),
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: "typescript" }, target: "es2022", preserveAllComments: false },
    minify: true,
  });
  const rest = code.replace(/export\s*\{\s*\};?/g, "").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  return rest.trim() === "" ? [] : [`${path} does not erase to nothing`];
}

type Imports = ReadonlyMap<string, readonly Pick<SourceImport, "target">[]>;

/** Circles among files or folders, type imports included: each once, from where the search entered it. */
function findCircles(imports: Imports): readonly string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const entered = trail.indexOf(path);
    if (entered >= 0) {
      circles.push([...trail.slice(entered), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const { target } of imports.get(path) ?? [])
      if (target !== undefined) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) walk(path, []);
  return circles;
}

/** Which folder of the entrypoints imports which others of them. */
function pickEntrypointImports(imports: Imports): Imports {
  const folders = new Map<string, { readonly target: string }[]>();
  for (const [path, found] of imports) {
    const folder = readEntrypoint(path);
    const others = found.flatMap(({ target }) => readEntrypoint(target ?? "") ?? []);
    if (folder === undefined) continue;
    const targets = others.filter((other) => other !== folder).map((target) => ({ target }));
    folders.set(folder, [...(folders.get(folder) ?? []), ...targets]);
  }
  return folders;
}

/** The packages that loading `src/index.ts` would load. */
function listRootDependencies(imports: ReadonlyMap<string, readonly SourceImport[]>): readonly string[] {
  const reached = new Set<string>();
  const breaches: string[] = [];
  const walk = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { specifier, target, typeOnly } of imports.get(path) ?? []) {
      if (typeOnly || specifier === undefined) continue;
      if (target !== undefined) walk(target);
      else if (!specifier.startsWith("node:"))
        breaches.push(`src/index.ts loads ${specifier} through ${path}`);
    }
  };
  walk("src/index.ts");
  return breaches;
}

function isOpenToShells(path: string): boolean {
  return OPEN_TO_SHELLS.includes(path);
}

/** The client is a program of its own, although it lies in a shell's folder. */
function readEntrypoint(path: string): string | undefined {
  return /^src\/entrypoints\/(http\/client|[^/]+)\//.exec(path)?.[1];
}

function readFamily(path: string): string | undefined {
  return /^src\/adapters\/([^/]+)\//.exec(path)?.[1];
}

/** `memory-module.ts` speaks for the family `memory`, `sharp-workers-module.ts` for `sharp`, `local-notes-module.ts` for `local`; the other files of the container speak for none. */
function readModuleFamily(path: string): string | undefined {
  return /\/([a-z0-9]+)(?:-workers|-notes)?-module\.ts$/.exec(path)?.[1] ?? "none";
}
