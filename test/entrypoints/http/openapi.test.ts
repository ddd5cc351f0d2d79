import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { compileErrors, validate } from "@readme/openapi-parser";
import { HTTP_STATUS } from "../../../src/entrypoints/http/problem.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";

const run = promisify(execFile);

/** A client of the generated client: compiled with it, so that every type in it is checked, and then run. */
const ROUND_TRIP = `
import { readFileSync } from "node:fs";
import * as api from "./client.js";

const [baseUrl = "", token = "", file = ""] = process.argv.slice(2);
api.defaults.baseUrl = baseUrl;
api.defaults.headers = { Authorization: \`Bearer \${token}\` };

const uploaded = await api.uploadImage({ file: new File([readFileSync(file)], "round trip.jpg") });
if (uploaded.status !== 202) throw new Error(JSON.stringify(uploaded));
const { imageId } = uploaded.data;
const shown = await api.getImage(imageId, { prefer: "wait=20" });
if (shown.status !== 200 || shown.data.status !== "ready") throw new Error(JSON.stringify(shown));
const thumb: string | undefined = shown.data.renditions.find(({ name }) => name === "thumb")?.url;
const listed = await api.listImages({ limit: 10, status: "ready" });
if (listed.status !== 200) throw new Error(JSON.stringify(listed));
const processed = await api.processOriginal({ key: shown.data.key, force: true });
if (processed.status !== 200) throw new Error(JSON.stringify(processed));
const said = { alt: "A lake", title: null, focalPoint: { x: 0.5, y: 0.25 } };
const edited = await api.editImage(imageId, said, { prefer: "wait=20" });
if (edited.status !== 200) throw new Error(JSON.stringify(edited));
const { alt, focalPoint }: { alt?: string; focalPoint?: { x: number; y: number } } = edited.data;
const ticket = await api.issueTicket({ contentType: "text/html", bytes: 1 });
if (ticket.status !== 415) throw new Error(JSON.stringify(ticket));
const code: "unsupported-format" | string = ticket.data.code;
const removed = await api.removeImage(imageId, { prefer: "wait=20" });
if (removed.status !== 202) throw new Error(JSON.stringify(removed));
const gone = await api.getImage(imageId);
const { fileName } = shown.data;
const { items } = listed.data;
console.log(JSON.stringify({ alt, y: focalPoint?.y, fileName, thumb, items: items.length, code, removed: removed.data.removed, gone: gone.status }));
`;

interface Answers {
  readonly responses: Readonly<Record<string, { content?: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Answers>>>>;
}

/** The methods of a path beside OPTIONS, which every path has. */
function listMethods(methods: Document["paths"][string]) {
  return Object.entries(methods).filter(([method]) => !/^(?:x-|options$)/.test(method));
}

describe("the OpenAPI document", () => {
  let api: RunningApi;
  let document: Document;
  let dir: string;
  beforeAll(async () => {
    api = await startApi();
    document = await readJson<Document>(fetch(`${api.origin}/openapi.json`));
    dir = mkdtempSync(join(tmpdir(), "safelight-openapi-"));
    // The generated client finds its runtime here.
    symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
  });
  afterAll(async () => {
    await api.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("is valid OpenAPI 3.1, by a validator that is seen to find errors", async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const result = await validate(structuredClone(document) as never);
    expect(result.valid ? [] : [compileErrors(result)]).toEqual([]);
    const broken = { ...document, paths: { "/x": { get: { responses: { 200: {} } } } } };
    expect((await validate(structuredClone(broken) as never)).valid).toBe(false);
  });

  it("describes every answer and every error of every route", () => {
    const statuses = Object.fromEntries(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        listMethods(methods).map(([method, { responses }]) => [
          `${method.toUpperCase()} ${path}`,
          Object.keys(responses).map(Number),
        ]),
      ),
    );
    const guarded = [401, 403, 500, 503];
    expect(statuses).toEqual({
      "GET /events": [200, 400, 401, 403, 404, 500, 503],
      "GET /health": [200, 403, 500, 503],
      "GET /openapi.json": [200, 304, 403, 500, 503],
      "GET /images": [200, 304, 400, ...guarded],
      "GET /status": [200, 304, ...guarded],
      "PATCH /images/{id}": [200, 400, 401, 403, 404, 413, 415, 500, 503],
      "POST /images": [200, 202, 400, 401, 403, 413, 415, 422, 500, 503],
      "POST /process": [200, 202, 400, 401, 403, 404, 413, 415, 500, 503],
      "POST /uploads/{id}/complete": [202, 400, 401, 403, 500, 503],
      "POST /uploads": [200, 400, 401, 403, 413, 415, 500, 503],
      "GET /images/{id}": [200, 304, 400, 401, 403, 404, 500, 503],
      "GET /images/{id}/{spec}": [302, 400, 401, 403, 404, 406, 500, 503],
      "DELETE /images/{id}": [202, 400, 401, 403, 404, 500, 503],
      "DELETE /owners/{owner}/images": [202, 400, ...guarded],
    });
    const problems = new Set<number>(Object.values(HTTP_STATUS));
    for (const methods of Object.values(document.paths))
      for (const [, { responses }] of listMethods(methods))
        for (const [status, { content = {} }] of Object.entries(responses))
          if (problems.has(Number(status)))
            expect(Object.keys(content)).toEqual(["application/problem+json"]);
  });

  it("gives a public generator a client that compiles and works for a whole round trip", async () => {
    const writeProjectFile = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    const generator = resolve("node_modules", "oazapfts", "dist", "cli.js");
    await run(process.execPath, [
      generator,
      writeProjectFile("openapi.json", JSON.stringify(document)),
      join(dir, "client.ts"),
    ]);
    writeProjectFile("round-trip.ts", ROUND_TRIP);
    writeProjectFile("package.json", '{"type":"module"}');
    const compilerOptions = {
      target: "es2023",
      lib: ["es2023", "dom", "dom.iterable"],
      module: "nodenext",
      types: ["node"],
      typeRoots: [resolve("node_modules", "@types")],
      strict: true,
      skipLibCheck: true,
    };
    const project = writeProjectFile(
      "tsconfig.json",
      JSON.stringify({ compilerOptions, files: ["round-trip.ts"] }),
    );
    const compiler = resolve("node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, [compiler, "-p", project]).catch(({ stdout }) => {
      throw new Error(`the generated client does not compile: ${stdout}`);
    });
    const picture = writeProjectFile("picture.jpg", await drawTestImage());
    const { stdout } = await run(process.execPath, [
      join(dir, "round-trip.js"),
      api.origin,
      TOKENS.both,
      picture,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      alt: "A lake",
      y: 0.25,
      fileName: "round trip.jpg",
      thumb: expect.stringMatching(/^https:\/\/cdn\.example\/.*\/thumb\.jpg$/),
      items: 1,
      code: "unsupported-format",
      removed: true,
      gone: 404,
    });
  });
});
