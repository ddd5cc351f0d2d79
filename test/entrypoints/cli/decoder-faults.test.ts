import { resolve } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, parseRecords, Workplace } from "./run-command.js";

const it = takeSampleOfTests(3);

/** Runs the command with decoders that fail as their files say. */
const FAULTY = {
  NODE_OPTIONS: `--require ${resolve("test", "support", "lambda", "faulty-decoder.cjs")}`,
};

let place: Workplace;
beforeAll(() => buildCommand());
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

describe("a command whose decoders fail", () => {
  it("rejects an original on which they always fail in its first run, and the next run finds it rejected", async () => {
    const picture = await drawTestImage({ width: 300, height: 200 });
    place.write("good.jpg", picture);
    place.write("poison.jpg", Buffer.concat([picture, Buffer.from("FAILS-WHILE-DECODING")]));
    const words = ["process", "good.jpg", "poison.jpg", "--json"];
    const first = await place.start(words, { env: FAULTY }).finished;
    expect(first.code).toBe(1);
    expect(parseRecords(first.stdout)).toEqual([
      expect.objectContaining({ key: "good.jpg", status: "ready" }),
      expect.objectContaining({
        key: "poison.jpg",
        failure: {
          code: "unsupported-format",
          message: expect.stringMatching(/renders a known good picture.+bad dimensions/),
        },
      }),
    ]);
    const second = await place.start(words, { env: FAULTY }).finished;
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("unchanged, rejected") });
    expect(second.stderr).not.toContain("left by an earlier run");
  });

  it("rejects nothing while they fail on every picture, and finishes once they work again", async () => {
    place.write("good.jpg", await drawTestImage({ width: 300, height: 200 }));
    const words = ["process", "good.jpg"];
    const broken = await place.start(words, { env: { ...FAULTY, ALL_PIXELS_FAIL: "" } }).finished;
    expect(broken).toMatchObject({ code: 3, stderr: expect.stringContaining("not to blame") });
    expect((await place.run(...words)).code).toBe(0);
  });

  it("tries a picture that killed its decoder again without force, and so does doctor", async () => {
    const picture = await drawTestImage({ width: 300, height: 200 });
    for (const key of ["a.jpg", "b.jpg"])
      place.write(key, Buffer.concat([picture, Buffer.from("DIES-WHILE-DECODING")]));
    const killed = await place.start(["process", "a.jpg", "b.jpg", "--json"], { env: FAULTY }).finished;
    expect(killed.code).toBe(1);
    for (const { failure } of parseRecords(killed.stdout)) expect(failure?.code).toBe("decoder-crashed");
    expect((await place.run("process", "a.jpg")).code).toBe(0);
    expect((await place.run("doctor", "--grace", "0")).stdout).toMatch(/^crashed-decoding .+b\.jpg$/m);
    expect((await place.run("doctor", "--repair", "--grace", "0")).code).toBe(0);
    expect((await place.list()).map(({ status }) => status)).toEqual(["ready", "ready"]);
  });
});
