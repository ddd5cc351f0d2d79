import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { OUTPUT_FORMATS } from "../../../src/domain/model/image-format.js";
import { listVariants } from "../../../src/domain/model/variants.js";
import { chooseFile } from "../../../src/entrypoints/http/choose-content-type.js";
import { acceptHeaders, listAccepted, readQuality } from "../../support/accept-headers.js";

const EXTENSIONS = ["avif", "webp", "jpg", "png", "gif"];

const keys = fc
  .shuffledSubarray(EXTENSIONS, { minLength: 2 })
  .map((extensions) => `image/0A1-0/5f1c/page.${extensions.join(".")}`);

interface Answer {
  readonly uri?: string;
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: { readonly data: string };
}
type Handler = (event: unknown) => Answer;

/** The very code that runs in CloudFront, with nothing around it that is not of the language. */
function loadEdgeFunction(): { readonly code: string; readonly run: Handler } {
  const folder = mkdtempSync(join(tmpdir(), "safelight-edge-"));
  try {
    execFileSync(process.execPath, ["scripts/build-lambda.mjs", "negotiate", "--outdir", folder]);
    const code = readFileSync(join(folder, "negotiate", "index.js"), "utf8");
    return { code, run: runInContext(`"use strict";${code};handler`, createContext({})) as Handler };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const edge = loadEdgeFunction();

/** The event of a viewer's request, in CloudFront's shape. */
function createEvent(uri: string, accept?: string | readonly string[], method = "GET") {
  const values = typeof accept === "string" ? [accept] : accept;
  const header = values && {
    value: values[0],
    ...(values.length > 1 && { multiValue: values.map((value) => ({ value })) }),
  };
  return {
    version: "1.0",
    context: { distributionId: "E1", eventType: "viewer-request", requestId: "r" },
    viewer: { ip: "192.0.2.1" },
    request: {
      method,
      uri,
      querystring: {},
      headers: { host: { value: "images.example" }, ...(header && { accept: header }) },
      cookies: {},
    },
  };
}

describe("a key that stands for several formats", () => {
  it("is answered as an independent negotiator would, for 5,000 random headers, in CloudFront and elsewhere", () => {
    const check = fc.property(keys, acceptHeaders, (key, accept) => {
      const variants = listVariants(key);
      const chosen = chooseFile(key, accept)?.key;
      const [best] = listAccepted(
        accept,
        variants.map(({ contentType }) => contentType),
      );
      const type = variants.find((variant) => variant.key === chosen)?.contentType;
      expect(type === undefined).toBe(best === undefined);
      // It breaks ties by the header's order, and we by that of the configuration: as much wanted is as good.
      if (type !== undefined && best !== undefined && type !== best)
        expect(readQuality(accept, type)).toBe(readQuality(accept, best));
      const answer = edge.run(createEvent(`/${key}`, accept));
      expect(answer.uri ?? answer.statusCode).toBe(chosen === undefined ? 406 : `/${chosen}`);
    });
    fc.assert(check, { numRuns: 5_000 });
  });

  it("is never answered with a type that the client refuses, and equal cache keys give equal answers", () => {
    const answers = new Map<string, string>();
    const check = fc.property(keys, acceptHeaders, (key, accept) => {
      const { uri } = edge.run(createEvent(`/${key}`, accept));
      if (uri === undefined) return;
      // CloudFront's cache key is the path that the function leaves: it must name one file and nothing to choose from.
      expect(edge.run(createEvent(uri, "text/html")).uri).toBe(uri);
      const type = listVariants(`/${key}`).find((variant) => variant.key === uri)?.contentType ?? "";
      expect(answers.get(uri) ?? type).toBe(type);
      answers.set(uri, type);
      expect(listAccepted(accept, [type])).toEqual([type]);
    });
    fc.assert(check, { numRuns: 1_000 });
  });

  it("stands for files that lie beside one another, in formats that are known", () => {
    expect(listVariants("i/v/f/page.avif.webp.jpg").map(({ key }) => key)).toEqual([
      "i/v/f/page.avif",
      "i/v/f/page.webp",
      "i/v/f/page.jpg",
    ]);
    expect(OUTPUT_FORMATS).toHaveLength(EXTENSIONS.length);
    for (const key of [
      "i/v/f/page.avif",
      "page.avif.exe",
      "i/a.avif.jpg/page",
      "a%2Eavif.jpg",
      "",
      "/.avif.jpg",
    ])
      expect(listVariants(key)).toEqual([]);
  });
});

describe("the function in CloudFront", () => {
  const URI = "/i/v/f/page.avif.webp.jpg";

  it("leaves every other request as it came", () => {
    for (const event of [
      createEvent("/i/v/f/page.avif", "image/jpeg"),
      createEvent("/", "text/html"),
      createEvent(URI, "image/jpeg", "OPTIONS"),
    ])
      expect(edge.run(structuredClone(event))).toEqual(event.request);
  });

  it("takes several headers for one, and none for a client that accepts all", () => {
    expect(edge.run(createEvent(URI, ["text/html", "image/webp;q=0.5, image/jpeg;q=0.4"])).uri).toBe(
      "/i/v/f/page.webp",
    );
    expect(edge.run(createEvent(URI)).uri).toBe("/i/v/f/page.avif");
    expect(edge.run(createEvent(URI, "a,".repeat(4_000))).statusCode).toBe(406);
  });

  it("answers 406 with problem details where all formats are refused, and a HEAD without a body", () => {
    const answer = edge.run(createEvent(URI, 'text/html, image/*;q=0"'));
    expect([answer.statusCode, answer.headers.vary?.value]).toEqual([406, "Accept"]);
    expect(JSON.parse(answer.body?.data ?? "")).toMatchObject({ status: 406, code: "unsupported-format" });
    expect(edge.run(createEvent(URI, "text/html", "HEAD"))).not.toHaveProperty("body");
  });

  it("is short enough, and says nothing that its runtime does not know", () => {
    expect(Buffer.byteLength(edge.code)).toBeLessThan(10_240);
    expect(edge.code).not.toMatch(
      /\bimport\b|\bexport\b|\bclass\b|\?\.[a-z[(]|\?\?|\.\.\.|\bfor ?\([^;]* of /,
    );
  });
});
