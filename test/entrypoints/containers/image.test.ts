import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { createProgram } from "../../../src/entrypoints/cli/program.js";
import { STORE_PACKAGES } from "../../../src/entrypoints/settings/load-stores.js";
import { readProcessSettings } from "../../../src/entrypoints/settings/read-process-settings.js";
import { SETTING_NAMES } from "../../../src/entrypoints/settings/variables.js";
import { findInstruction, parseStages } from "../../support/containers/dockerfile.js";
import {
  buildProgram,
  HAS_READ_ONLY_ROOT,
  installPackedPackage,
} from "../../support/containers/packed-package.js";
import { type RunningCommand, runCommand, startCommand } from "../../support/containers/running-command.js";
import { createSharedStores } from "../../support/containers/shared-stores.js";
import { drawTestImage } from "../../support/images.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { ROOT, readText } from "../../support/repository.js";
import { startFauxqsStore } from "../../support/s3-stores/fauxqs.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

/** A service, as far as it matters here. */
interface Service {
  readonly image?: string;
  readonly read_only?: boolean;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas?: number };
}

const DOCKERFILE = readText("Dockerfile");
const stages = parseStages(DOCKERFILE);
const image = stages.at(-1);
const compose = parse(readText("compose.yaml"), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const ours = Object.entries(compose.services).filter(([, service]) => service.image === "safelight");

/** The settings that a service has in its container, with words in the place of its secrets. */
function readEnvironment(service: Service | undefined): NodeJS.ProcessEnv {
  const own = Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{\w+:\?[^}]*\}/g, "0123456789abcdef"),
    ]),
  );
  const given = findInstruction(image, "ENV")
    .split(" ")
    .map((pair) => pair.split("="));
  return { ...Object.fromEntries(given), ...own };
}

/** The words of the command that asks about health. */
function readHealthCheck(): [string, ...string[]] {
  const [, json = "[]"] = /CMD (\[.*\])$/.exec(findInstruction(image, "HEALTHCHECK")) ?? [];
  return JSON.parse(json);
}

/** The packages that the image has beside those of production. */
function listPackages(): readonly string[] {
  const [, list = ""] = /^PACKAGES="([^"]+)"$/.exec(findInstruction(stages[1], "ARG")) ?? [];
  return list.split(" ");
}

/** Whether this project has the command that the first word names, and which of its options it does not know. */
function readCommandLine([name, ...words]: readonly string[]) {
  const command = createProgram().commands.find((one) => one.name() === name);
  const known = command?.options.flatMap(({ short, long }) => [short, long]) ?? [];
  return { isKnown: command !== undefined, unknown: words.filter((word) => !known.includes(word)) };
}

describe("the image", () => {
  it("runs a command of this project as a process that signals reach, and not as root", () => {
    expect(findInstruction(image, "USER")).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(findInstruction(image, "STOPSIGNAL")).toBe("SIGTERM");
    const [program, main = "", ...others] = JSON.parse(findInstruction(image, "ENTRYPOINT"));
    expect([program, ...others]).toEqual(["node"]);
    expect(existsSync(join(ROOT, main.replace(/^\/app\//, "")))).toBe(true);
    expect(readCommandLine(JSON.parse(findInstruction(image, "CMD")))).toEqual({
      isKnown: true,
      unknown: [],
    });
  });

  it("says whether it is healthy, without a shell", () => {
    const [program, option, script] = readHealthCheck();
    expect([program, option]).toEqual(["node", "-e"]);
    expect(script).toContain("/health");
    expect(readEnvironment(undefined)).toMatchObject({ SAFELIGHT_PORT: findInstruction(image, "EXPOSE") });
  });

  it("has the packages of every kind of stores, in the versions that the tests run with", () => {
    const packages = listPackages();
    expect(packages).toEqual(expect.arrayContaining(Object.values(STORE_PACKAGES).flat()));
    const { devDependencies } = JSON.parse(readText("package.json"));
    for (const name of packages) expect(devDependencies[name]).toMatch(/^\d/);
  });

  it("is made of what is in the repository", () => {
    for (const stage of stages)
      for (const { value } of stage.filter(({ name }) => name === "COPY")) {
        if (value.startsWith("--from=")) continue;
        for (const source of value.split(" ").slice(0, -1)) expect(existsSync(join(ROOT, source))).toBe(true);
      }
  });
});

describe("the deployment of compose.yaml", () => {
  it("has an API and two workers", () => {
    expect(ours.map(([name]) => name)).toEqual(["api", "worker", "buckets"]);
    expect(compose.services.worker?.deploy?.replicas).toBe(2);
    expect(compose.services.api?.command).toContain("--no-work");
  });

  it.each(ours)("runs %s on a root that is read-only, as who the image says", (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.user).toBeUndefined();
    if (service.entrypoint === undefined)
      expect(readCommandLine(service.command ?? [])).toEqual({ isKnown: true, unknown: [] });
  });

  it.each(ours)("sets only what there is to set for %s, and all that is needed", (_name, service) => {
    const environment = readEnvironment(service);
    const names = Object.keys(environment).filter((name) => name.startsWith("SAFELIGHT_"));
    expect(names.filter((name) => !SETTING_NAMES.has(name))).toEqual([]);
    expect(readProcessSettings(environment)).toMatchObject({ stores: { kind: "s3+postgres" }, port: 3000 });
  });

  it.each(["api", "worker"])("gives %s more time to stop than it takes at most", (name) => {
    const service = compose.services[name];
    const { stopMilliseconds } = readProcessSettings(readEnvironment(service));
    expect(Number.parseInt(service?.stop_grace_period ?? "", 10) * 1_000).toBeGreaterThan(stopMilliseconds);
  });

  it("gives the API a token, since others can reach it", () => {
    expect(compose.services.api?.environment?.SAFELIGHT_TOKEN).toMatch(/^\$\{SAFELIGHT_TOKEN:\?/);
  });
});

const ROOT_KIND = HAS_READ_ONLY_ROOT
  ? "on a root that is read-only, as nobody"
  : "on the root that there is, since nobody may restrict one here";

describeOnPostgres("the packed package, with the packages of the image", () => {
  const itOnOneDayOfEight = takeSampleOfTests(8);

  itOnOneDayOfEight(`runs the deployment's commands ${ROOT_KIND}`, async () => {
    const app = installPackedPackage(listPackages());
    const store = await startFauxqsStore();
    const program = buildProgram(app);
    const { settings } = await createSharedStores(store);
    const own = { ...readEnvironment(compose.services.api), ...settings };
    const env: NodeJS.ProcessEnv = {
      ...own,
      SAFELIGHT_RENDITIONS_URL: "",
      SAFELIGHT_S3_UPLOAD_ENDPOINT: store.endpoint,
      SAFELIGHT_ORIGINALS_BUCKET: "packed-originals",
      SAFELIGHT_RENDITIONS_BUCKET: "packed-renditions",
      SAFELIGHT_HOST: "127.0.0.1",
    };
    const [file = "", ...script] = compose.services.buckets?.entrypoint ?? [];
    const run = (words: readonly string[], port: string) =>
      startCommand(words, /^(?:listening on|working on \S+ health at) (http:\/\/[^/]+)/, {
        cwd: app,
        program,
        env: { ...env, SAFELIGHT_PORT: port },
      });
    const running: RunningCommand[] = [];
    try {
      for (const _again of [1, 2])
        expect(await runCommand(script, { cwd: app, env, program: [file] })).toMatchObject({ code: 0 });
      const api = await run(compose.services.api?.command ?? [], "0");
      running.push(api);
      const worker = await run(compose.services.worker?.command ?? [], "0");
      running.push(worker);
      const answer = await fetch(`${api.address}/images`, {
        method: "POST",
        headers: { Authorization: `Bearer ${env.SAFELIGHT_TOKEN}`, Prefer: "wait=20" },
        body: new Uint8Array(await drawTestImage({ width: 400, height: 300 })),
      });
      const { status, renditions } = (await answer.json()) as ImageDescription;
      expect([status, renditions[0]?.url]).toEqual([
        "ready",
        expect.stringMatching(/^http:\/\/localhost:3000\//),
      ]);
      for (const command of running) {
        const { port } = new URL(command.address);
        expect((await askHealth(app, port)).code).toBe(0);
        command.kill("SIGTERM");
        expect((await command.ended).end).toBe(0);
        expect((await askHealth(app, port)).code).toBe(1);
      }
    } finally {
      for (const { kill } of running) kill("SIGKILL");
      await store.close();
      rmSync(dirname(app), { recursive: true, force: true });
    }
  });
});

/** Asks about health as the image does. */
function askHealth(app: string, port: string) {
  const [file, ...words] = readHealthCheck();
  return runCommand(words, { cwd: app, program: [file], env: { SAFELIGHT_PORT: port } });
}
