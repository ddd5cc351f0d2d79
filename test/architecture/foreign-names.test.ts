import { describe, expect, it } from "@jest/globals";
import { findForeignNames } from "../support/foreign-names.js";
import { readSources } from "../support/source-imports.js";

describe("domain and ports", () => {
  it("name no vendor's service, no library of an engine and no protocol", () => {
    const sources = new Map([
      ...readSources(process.cwd(), "src/domain"),
      ...readSources(process.cwd(), "src/ports"),
    ]);
    expect(sources.size).toBeGreaterThan(60);
    expect(findForeignNames(sources)).toEqual([]);
  });
});

describe("a foreign name is found", () => {
  it.each([
    ["a constant", "export const HTTP_STATUS = 1;"],
    ["a function", "export function normaliseS3Sequencer() {}"],
    ["a parameter", "export const f = (sqsUrl: string) => 1;"],
    ["a type", "export type DynamoDbItem = 1;"],
    ["a type that two words make", "export interface CloudFrontUrls {}"],
    ["a type parameter", "export type Of<Lambda> = 1;"],
    ["a class", "export class RekognitionTagger {}"],
    ["a private field", "export class A { #libvips = 1; }"],
    ["a member of an enumeration", "export enum A { Sharp }"],
    ["a property", "export const a = { sharp: 1 };"],
    ["a shorthand property", "export const f = (sharp: 1) => ({ sharp });"],
    ["a quoted property", 'export const a = { "aws-s3": 1 };'],
    ["a computed property", 'export const a = { ["http"]: 1 };'],
    ["a property of a type", "export interface A { libjpegScale: number }"],
    ["a property that is read", "export const f = (a: any) => a.httpStatus;"],
    ["a method", "export class A { toS3() {} }"],
    ["a name given to an import", 'import { a as sharp } from "./a.js";\nexport const b = sharp;'],
    ["an imported file", 'import "./s3.js";'],
    ["a package's type", 'export type A = import("sharp").Sharp;'],
    ["a string", 'export const a = "as S3 does";'],
    ["a string in escapes", 'export const a = "\\u0053\\u0033";'],
    ["the type of a string", 'export type A = "none" | "rekognition";'],
    ["a template", "export const f = (a: string) => `" + "$" + "{a} by libvips`;"],
    ["the type of a template", "export type A = `lambda-" + "$" + "{string}`;"],
    ["a pattern", "export const a = /^https:/;"],
    ["a directive", '"use sharp";'],
    ["a label", "http: for (;;) break http;"],
    ["a version at its end", "export const libvips8 = 1;"],
  ])("that is %s", (_what, text) => {
    expect(findForeignNames(new Map([["src/domain/model/a.ts", text]]))).not.toEqual([]);
  });

  it.each(["src/ports/s3-store.ts", "src/domain/model/http/status.ts", "src/domain/model/cloudfront.ts"])(
    "in the name of a file: %s",
    (path) => {
      expect(findForeignNames(new Map([[path, ""]]))).toEqual([`${path}: ${path.slice(4, -3)}`]);
    },
  );

  it("but not a word that only contains one, nor a comment that cites a source", () => {
    const text = [
      "/** As S3 documents it (see https://docs.aws.amazon.com). */",
      "export const LAWS = ['sharpen', 'laws', 'clouds in front', 'lambdas'];",
      "// sharp and libvips do so, too",
      "export const flawsOf = 1; /* HTTP */",
    ].join("\n");
    expect(findForeignNames(new Map([["src/ports/laws.ts", text]]))).toEqual([]);
  });
});
