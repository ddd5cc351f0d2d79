import { describe, expect, it } from "@jest/globals";
import { authorizeByClaims } from "../../../src/entrypoints/lambda/authorizer-claims.js";
import {
  type ApiSettings,
  DEFAULT_OWNER_CLAIM,
  DEFAULT_SCOPES,
} from "../../../src/entrypoints/lambda/settings.js";

const SETTINGS: ApiSettings = {
  scopes: DEFAULT_SCOPES,
  ownerClaim: DEFAULT_OWNER_CLAIM,
  bound: false,
  open: false,
};

describe("the claims of a gateway's authorizer", () => {
  const judgeClaims = (authorizer: unknown, permission: "read" | "write" = "read", settings = SETTINGS) =>
    authorizeByClaims(settings)(new Request("http://x"), permission, { requestContext: { authorizer } });
  const createJwt = (claims: object, scopes: readonly string[] | null = null) => ({
    jwt: { claims, scopes },
  });

  it("allow the permissions of the token's scopes, however its issuer writes them", () => {
    for (const claims of [
      { scope: "safelight/read" },
      { scope: "openid safelight/read  safelight/write" },
      { scope: "[openid safelight/read]" },
      { scope: ["openid", "safelight/read"] },
      { scp: "safelight/read" },
      { scp: ["safelight/read"] },
    ])
      expect(judgeClaims(createJwt(claims))).toBe("allowed");
    expect(judgeClaims(createJwt({ scope: "safelight/write" }), "write")).toBe("allowed");
  });

  it("identify the caller by one claim, the subject unless another is named", () => {
    const scope = "safelight/read";
    const claims = { scope, sub: "user-1", email: "a@example" };
    expect(judgeClaims(createJwt(claims))).toEqual({ owner: "user-1" });
    const byEmail = { ...SETTINGS, ownerClaim: "email" };
    expect(judgeClaims(createJwt(claims), "read", byEmail)).toEqual({ owner: "a@example" });
    for (const sub of [undefined, "", 1, null, ["user-1"], { sub: "user-1" }])
      expect(judgeClaims(createJwt({ scope, sub }))).toBe("allowed");
    // Names that every object has are no claims of a token.
    for (const ownerClaim of ["constructor", "__proto__", "toString"])
      expect(judgeClaims(createJwt(claims), "read", { ...SETTINGS, ownerClaim })).toBe("allowed");
    expect(judgeClaims(createJwt({ scope: "other", sub: "user-1" }))).toBe("forbidden");
    expect(judgeClaims({ iam: { userArn: "arn:aws:iam::1:user/a" } }, "write")).toBe("allowed");
  });

  it("bind the caller to the owner that they name, and forbid a token that names none", () => {
    const bound = { ...SETTINGS, bound: true };
    const scope = "safelight/read";
    expect(judgeClaims(createJwt({ scope, sub: "user-1" }), "read", bound)).toEqual({
      owner: "user-1",
      bound: true,
    });
    for (const sub of [undefined, "", 1, null, ["user-1"]])
      expect(judgeClaims(createJwt({ scope, sub }), "read", bound)).toBe("forbidden");
    expect(judgeClaims(createJwt({ sub: "user-1" }), "read", bound)).toBe("forbidden");
  });

  it("forbid every other claim", () => {
    for (const claims of [
      {},
      { scope: "" },
      { scope: "safelight/readers" },
      { scope: "SAFELIGHT/READ" },
      { scope: 1 },
      { role: "safelight/read" },
    ])
      expect(judgeClaims(createJwt(claims))).toBe("forbidden");
    expect(judgeClaims(createJwt({ scope: "safelight/write" }))).toBe("forbidden");
    // The scopes that the route asks for are not those of the caller.
    expect(judgeClaims(createJwt({ scope: "other" }, ["safelight/read"]))).toBe("forbidden");
  });

  it("allow callers whom IAM has admitted", () => {
    expect(judgeClaims({ iam: { userArn: "arn:aws:iam::1:user/a" } }, "write")).toBe("allowed");
  });

  it("identify nobody for a request without an authorizer", () => {
    for (const authorizer of [
      undefined,
      {},
      { iam: {} },
      { iam: { userArn: "" } },
      { lambda: { scope: "safelight/read" } },
    ])
      expect(judgeClaims(authorizer)).toBe("unauthenticated");
    for (const env of [undefined, null, {}, { requestContext: undefined }])
      expect(authorizeByClaims(SETTINGS)(new Request("http://x"), "read", env)).toBe("unauthenticated");
  });

  it("may have other scopes, and are ignored only if the setting says so", () => {
    const other = { ...SETTINGS, scopes: { read: "images:read", write: "images:write" } };
    expect(judgeClaims(createJwt({ scope: "images:read" }), "read", other)).toBe("allowed");
    expect(judgeClaims(createJwt({ scope: "safelight/read" }), "read", other)).toBe("forbidden");
    expect(judgeClaims(undefined, "write", { ...SETTINGS, open: true })).toBe("allowed");
  });
});
