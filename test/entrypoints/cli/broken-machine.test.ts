import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(2);

let place: Workplace;
beforeAll(() => buildCommand());
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

describe("a machine on which the command cannot work", () => {
  it("ends it with a sentence and exit code 3 if a library is missing, and not as if a picture were rejected", async () => {
    place.write("cat.jpg", await drawTestImage({ width: 30, height: 20 }));
    const preload = place.write(
      "hide.cjs",
      `const { Module } = require("node:module");
       const resolve = Module._resolveFilename;
       Module._resolveFilename = (name, ...more) => {
         if (name.startsWith("@libsql/")) throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: "MODULE_NOT_FOUND" });
         return resolve(name, ...more);
       };`,
    );
    const env = { NODE_OPTIONS: `--require ${preload}` };
    const { code, stdout, stderr } = await place.start(["process", "cat.jpg"], { env }).finished;
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(
      /^a library of Safelight cannot be loaded \(Cannot find module '@libsql\/.+\); install it anew on this machine\n$/,
    );
  });

  it("is told that it may not write into the data directory, in words", async () => {
    place.write("cat.jpg", await drawTestImage({ width: 30, height: 20 }));
    expect((await place.run("process", "cat.jpg", "--data", "data")).code).toBe(0);
    const data = join(place.dir, "data");
    chmodSync(join(data, "safelight.db"), 0o444);
    chmodSync(join(data, "locks.db"), 0o444);
    chmodSync(data, 0o555);
    const words = ["process", "cat.jpg", "--data", "data"];
    const { code, stderr } = await place.start(words, { asNobody: true }).finished;
    expect(code).toBe(3);
    expect(stderr).toMatch(/failed \((?:SQLITE_READONLY|E[A-Z]+)\)/);
    expect(stderr).not.toMatch(/UNKNOWN|\{|^ +at /m);
  });
});
