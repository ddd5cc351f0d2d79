import { expect, it } from "@jest/globals";
import { type ErrorCode, SafelightError } from "../../../src/domain/model/errors.js";
import { describeFailure } from "../../../src/entrypoints/dashboard/shared/failure.js";
import { ApiError, explainFailure } from "../../../src/entrypoints/http/client/index.js";
import { TITLES } from "../../../src/entrypoints/http/problem.js";

const CODES = Object.keys(TITLES) as ErrorCode[];

it.each(CODES)("the client tries %s again exactly where the domain says that it may pass", (code) => {
  expect(new ApiError(code, "").retryable).toBe(new SafelightError(code, "").retryable);
});

it.each(CODES)(
  "%s is explained to people who upload, in a sentence of its own and in plain words",
  (code) => {
    const said = explainFailure({ code });
    expect(said).toMatch(/^[A-Z][^.]+\..*\.$/);
    expect(said.split(" ").length).toBeLessThanOrEqual(30);
    expect(said).not.toMatch(/\b(?:code|request|input|decoder|server|HTTP|bytes|expected|received)\b/i);
    expect(CODES.filter((other) => explainFailure({ code: other }) === said)).toEqual([code]);
  },
);

it.each(CODES)("the page has a sentence of its own for %s, in plain words", (code) => {
  const describe = (one: ErrorCode) =>
    describeFailure(new ApiError(one, "expected A for B", { status: 400 }));
  const said = describe(code);
  expect(said).toMatch(/^[A-Z][^.]+\..*\.$|^[A-Z][^.]+\.$/);
  expect(said).not.toMatch(/^expected|undefined/);
  expect(CODES.filter((other) => describe(other) === said)).toEqual([code]);
});

it("a code of a newer server is explained as a fault of the service", () => {
  expect(explainFailure({ code: "constructor" as ErrorCode })).toBe(explainFailure({ code: "internal" }));
});
