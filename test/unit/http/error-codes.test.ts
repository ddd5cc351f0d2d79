import { expect, it } from "@jest/globals";
import { type ErrorCode, SafelightError } from "../../../src/domain/model/errors.js";
import { ApiError } from "../../../src/entrypoints/http/client/index.js";
import { TITLES } from "../../../src/entrypoints/http/problem.js";

const CODES = Object.keys(TITLES) as ErrorCode[];

it.each(CODES)("the client tries %s again exactly where the domain says that it may pass", (code) => {
  expect(new ApiError(code, "").retryable).toBe(new SafelightError(code, "").retryable);
});
