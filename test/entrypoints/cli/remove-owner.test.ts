import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(3);

describe("safelight remove --owner", () => {
  let place: Workplace;
  let picture: Uint8Array;
  beforeAll(async () => {
    buildCommand();
    picture = await drawTestImage({ width: 60, height: 40 });
  });
  beforeEach(async () => {
    place = new Workplace();
    place.write("safelight.config.json", JSON.stringify({ uploads: { owner: "key" } }));
    for (const name of ["a", "b", "c"]) place.write(`anna/${name}.jpg`, picture);
    place.write("anna/bad.jpg", "no picture");
    place.write("ben/a.jpg", picture);
    for (const owner of ["anna", "ben"]) await place.run("process", owner, "--prefix", `${owner}/`);
    expect((await place.list("--owner", "anna")).length).toBe(4);
  });
  afterEach(() => place.remove());

  const listKeys = async () => (await place.list()).map(({ key }) => key);
  const countFiles = (folder: string) =>
    readdirSync(join(place.dir, "safelight-data", folder), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name.endsWith(".jpg"),
    ).length;

  it("removes all images of that owner, rejected ones too, and says so; nothing of another's, and no input file", async () => {
    const { code, stdout, stderr } = await place.run("remove", "--owner", "anna");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "removed 4 images of anna; none is left\n",
      stderr: "removed 4 images so far\n",
    });
    expect(await listKeys()).toEqual(["ben/a.jpg"]);
    expect([countFiles("originals"), countFiles("renditions")]).toEqual([1, 1]);
    expect(readdirSync(join(place.dir, "anna"))).toHaveLength(4);
    const again = await place.run("remove", "--owner", "anna", "--json");
    expect(again).toEqual({ code: 0, stdout: '{"owner":"anna","requested":0,"done":true}\n', stderr: "" });
  });

  it.each(["SIGINT", "SIGKILL"] as const)(
    "may be stopped by %s: the next run finishes the work",
    async (signal) => {
      const run = place.start(["remove", "--owner", "anna"]);
      await run.waitForLine(/^removed 4 images so far$/);
      run.process.kill(signal);
      const { code, stdout, stderr } = await run.finished;
      // It may have said its end already, or died right after it.
      if (stdout !== "") expect(stdout).toContain("none is left");
      else expect([code, stdout]).toEqual([signal === "SIGINT" ? 130 : null, ""]);
      if (code === 130) expect(stderr).toContain("interrupted after 4 images of anna; run the command again");
      expect((await place.run("remove", "--owner", "anna")).code).toBe(0);
      expect(await listKeys()).toEqual(["ben/a.jpg"]);
      expect([countFiles("originals"), countFiles("renditions")]).toEqual([1, 1]);
    },
  );

  it("does nothing without an owner, with an image beside it, or where images have no owners", async () => {
    const refusals = [
      [["remove"], "expected an image or --owner but received neither"],
      [["remove", "ben/a.jpg", "--owner", "anna"], "no image beside --owner"],
      [["remove", "--owner", ""], "the owner"],
      [["remove", "--owner", "anna", "--data", "nowhere"], "a data directory"],
    ] as const;
    for (const [words, reason] of refusals) {
      const { code, stderr } = await place.run(...words);
      expect([words, code]).toEqual([words, 2]);
      expect(stderr).toContain(reason);
    }
    place.write("none.json", "{}");
    const { code, stderr } = await place.run("remove", "--owner", "anna", "--config", "none.json");
    expect(code).toBe(2);
    expect(stderr).toContain("uploads.owner");
    expect(await listKeys()).toHaveLength(5);
  });
});
