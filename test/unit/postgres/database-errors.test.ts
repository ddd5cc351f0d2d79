import { describe, expect, it } from "@jest/globals";
import { isUndone, toDatabaseError } from "../../../src/adapters/postgres/database-errors.js";
import { SafelightError } from "../../../src/domain/model/errors.js";

/** An error as the server answers it. */
const createAnswer = (code: string) => Object.assign(new Error("said so"), { severity: "ERROR", code });

describe("an error of PostgreSQL", () => {
  it.each([
    ["a refused password", "28P01", "check the user"],
    ["a missing right", "42501", "check the user"],
    ["a missing database", "3D000", "check the name of the database"],
    ["a server that only reads", "25006", "connect to the primary"],
    ["a full disk", "53100", "no more room"],
    ["too many connections", "53300", "no more room"],
    ["a server that stops", "57P01", "try again"],
    ["a deadlock that did not end", "40P01", "try again"],
    ["a lost connection", "08006", "try again"],
  ])("for %s is unavailable, and says what to do", (_what, code, remedy) => {
    const cause = createAnswer(code);
    const error = toDatabaseError(cause);
    expect(error).toMatchObject({ code: "unavailable", retryable: true, cause });
    expect(error.message).toContain(remedy);
    expect(error.message).toContain(code);
  });

  it.each([
    ["a connection that nobody takes", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    ["a connection that ends", new Error("Connection terminated unexpectedly")],
    ["an answer that does not come", new Error("Query read timeout")],
  ])("for %s is unavailable", (_what, cause) => {
    expect(toDatabaseError(cause)).toMatchObject({ code: "unavailable", cause });
  });

  it("for a statement that is wrong is internal, without the statement or its values", () => {
    const error = toDatabaseError(Object.assign(createAnswer("42703"), { message: "secret" }));
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("secret");
  });

  it("that was translated already stays as it is", () => {
    const error = new SafelightError("conflict", "said");
    expect(toDatabaseError(error)).toBe(error);
  });

  it("is undone by the server for a deadlock and a failed serialization alone", () => {
    const undone = ["40001", "40P01", "57P01", "23505"].filter((code) => isUndone(createAnswer(code)));
    expect(undone).toEqual(["40001", "40P01"]);
    expect(isUndone(Object.assign(new Error("of the network"), { code: "40001" }))).toBe(false);
  });
});
