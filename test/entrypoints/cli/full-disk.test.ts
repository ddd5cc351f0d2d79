import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import Connection from "libsql";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

describe("a command whose output goes to a full disk", () => {
  let place: Workplace;
  let full: number;
  beforeAll(async () => {
    buildCommand();
    place = new Workplace();
    full = openSync("/dev/full", "w");
    for (const key of ["a.jpg", "b.jpg", "c.jpg"]) place.write(key, await drawTestImage());
    expect((await place.run("process", "a.jpg", "b.jpg")).code).toBe(0);
    const connection = new Connection(join(place.dir, "safelight-data", "safelight.db"));
    connection.exec('DELETE FROM records WHERE record LIKE \'%"key":"b.jpg"%\'');
    connection.close();
  });
  afterAll(() => {
    closeSync(full);
    place.remove();
  });

  it.each([
    "list",
    "list --json",
    "show a.jpg",
    "show a.jpg --json",
    "edit a.jpg --alt cat --json",
    "plan a.jpg",
    "plan a.jpg --json",
    "process c.jpg",
    "process a.jpg c.jpg --json",
    "doctor --grace 0",
    "doctor --grace 0 --json",
    "remove a.jpg",
    "--help",
    "process --help",
    "--version",
  ])("says so in one sentence and ends with 3: %s", async (words) => {
    const { code, stderr } = await place.start(words.split(" "), { stdout: full }).finished;
    const sentence =
      "writing to standard output failed (ENOSPC); run the command again where it can be written";
    expect(stderr.split("\n").filter((line) => line === sentence)).toHaveLength(1);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(3);
  });

  it("says its result by its exit code where only its messages cannot be written", async () => {
    const { code, stdout } = await place.start(["process", "c.jpg", "--json"], { stderr: full }).finished;
    expect(stdout).toContain('"status":"ready"');
    expect(code).toBe(0);
  });
});
