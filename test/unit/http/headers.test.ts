import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  cleanFileName,
  readStoredFileName,
  toFileNameMetadata,
} from "../../../src/domain/model/file-name.js";
import { bearerTokens } from "../../../src/entrypoints/http/authorize.js";
import { parsePreferredWait } from "../../../src/entrypoints/http/awaited-image.js";
import { parseDisposition } from "../../../src/entrypoints/http/content-disposition.js";
import { computeEtag, matchesEtag } from "../../../src/entrypoints/http/etag.js";
import { readRequestId } from "../../../src/entrypoints/http/http-api.js";

describe("Content-Disposition", () => {
  it("is parsed whatever it holds, in linear time", () => {
    expect(parseDisposition("attachment")).toEqual({ type: "attachment" });
    expect(parseDisposition('ATTACHMENT ; FileName = "a;b=c.jpg"; x=y')).toEqual({
      type: "attachment",
      fileName: "a;b=c.jpg",
    });
    expect(parseDisposition("attachment; filename=a.jpg; filename=b.jpg")?.fileName).toBe("a.jpg");
    expect(parseDisposition("attachment; filename*=UTF-8''%E0%A4%A; filename=a.jpg")?.fileName).toBe("a.jpg");
    expect(parseDisposition("attachment; filename*=latin9''x; filename=a.jpg")?.fileName).toBe("a.jpg");
    expect(parseDisposition("")).toBeUndefined();
    expect(parseDisposition('form-data; name="')).toEqual({ type: "form-data", name: "" });
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseDisposition(text)));
    fc.assert(fc.property(fc.string(), (text) => void parseDisposition(`a; filename="${text}`)));
  });
});

describe("a file's name", () => {
  it("is the last segment, without anything that could act on a terminal, a header or a path", () => {
    expect(cleanFileName("../../etc/passwd")).toBe("passwd");
    expect(cleanFileName("C:\\photos\\cat.jpg")).toBe("cat.jpg");
    expect(cleanFileName('a"b\r\nSet-Cookie: x=1.jpg')).toBe('a"bSet-Cookie: x=1.jpg');
    expect(cleanFileName("\u202egpj.exe\0\u001b[31m\ud800\u061c\u200b")).toBe("gpj.exe[31m");
    for (const nothing of ["", " ", "..", ".", "/", "a/..", "\r\n"])
      expect(cleanFileName(nothing)).toBeUndefined();
    expect(Buffer.byteLength(cleanFileName("é".repeat(500)) ?? "")).toBe(254);
  });

  it("survives a store unchanged, in printable ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const metadata = toFileNameMetadata(text);
        for (const value of Object.values(metadata)) expect(value).toMatch(/^[\x21-\x7e]{1,2000}$/);
        expect(readStoredFileName({ key: "a/key.jpg", metadata })).toBe(cleanFileName(text) ?? "key.jpg");
      }),
    );
  });

  it("is cleaned again if somebody else wrote it to the store", () => {
    expect(readStoredFileName({ key: "k", metadata: { "file-name": "%2e%2e%2f%0aa.jpg" } })).toBe("a.jpg");
    expect(readStoredFileName({ key: "k", metadata: { "file-name": "100%" } })).toBe("100%");
    expect(readStoredFileName({ key: "a/k.jpg", metadata: { "file-name": "%2f" } })).toBe("k.jpg");
  });
});

describe("Prefer", () => {
  it("waits as long as is preferred, and never longer than allowed", () => {
    expect(parsePreferredWait("wait=7", 25)).toBe(7);
    expect(parsePreferredWait("respond-async, WAIT = 0", 25)).toBe(0);
    expect(parsePreferredWait('wait="9"; x', 25)).toBe(9);
    expect(parsePreferredWait("wait=100, wait=1", 25)).toBe(25);
  });

  it("is ignored if it cannot be parsed", () => {
    for (const header of [
      undefined,
      "",
      "wait",
      "wait=",
      "wait=-1",
      "wait=1.5",
      "wait=x",
      "await=3",
      "wait=1e9",
    ])
      expect(parsePreferredWait(header, 25)).toBeUndefined();
  });
});

describe("an entity tag", () => {
  it("matches weakly, in a list, or by a star", () => {
    const etag = computeEtag("text");
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, `"a,b" , W/${etag}`, "*"])
      expect(matchesEtag(header, etag)).toBe(true);
    for (const header of [undefined, "", '"other"', etag.slice(1, -1), `x${etag.slice(0, -2)}"`])
      expect(matchesEtag(header, etag)).toBe(false);
    expect(computeEtag("text ")).not.toBe(etag);
  });
});

describe("a request id", () => {
  it("is the caller's only if it is well-formed", () => {
    const chooseId = (id?: string) =>
      readRequestId(
        new Request("http://x", { headers: id === undefined ? {} : { "x-request-id": id } }),
        () => "made",
      );
    expect(chooseId("abcd-1234")).toBe("abcd-1234");
    for (const id of [
      undefined,
      "",
      "short",
      "a b c d e f",
      "x".repeat(129),
      "<script>alert(1)</script>",
      '"quoted-id"',
      "-starts-wrong",
    ])
      expect(chooseId(id)).toBe("made");
  });
});

describe("bearer tokens", () => {
  const authorize = bearerTokens([
    { token: "0123456789abcdef", permissions: ["read"] },
    { token: "fedcba9876543210", permissions: ["write"] },
  ]);
  const judgeAuthorization = (authorization: string | undefined, permission: "read" | "write" = "read") =>
    authorize(
      new Request("http://x", { headers: authorization === undefined ? {} : { authorization } }),
      permission,
      {},
    );

  it("allow exactly their permissions", () => {
    expect(judgeAuthorization("Bearer 0123456789abcdef")).toBe("allowed");
    expect(judgeAuthorization("bearer  0123456789abcdef")).toBe("allowed");
    expect(judgeAuthorization("Bearer fedcba9876543210", "write")).toBe("allowed");
    expect(judgeAuthorization("Bearer 0123456789abcdef", "write")).toBe("forbidden");
  });

  it("are unknown when anything about them is wrong", () => {
    for (const header of [
      undefined,
      "",
      "Bearer",
      "Bearer 0123456789abcde",
      "Bearer 0123456789abcdefg",
      "Bearer 0123456789ABCDEF",
      "Basic 0123456789abcdef",
      "0123456789abcdef",
      "Bearer 0123456789abcdef x",
    ])
      expect(judgeAuthorization(header)).toBe("unauthenticated");
  });

  it("are refused when they can be guessed or cannot be sent, without being shown", () => {
    for (const token of ["", "short", "x".repeat(15), "0123456789 abcdef", "0123456789abcdéf"]) {
      const make = () => bearerTokens([{ token, permissions: ["read"] }]);
      expect(make).toThrow(expect.objectContaining({ code: "invalid-input" }));
      expect(make).toThrow(/at least 16 printable/);
    }
    expect(() => bearerTokens([{ token: "secret but guessable", permissions: [] }])).not.toThrow("guessable");
  });
});
