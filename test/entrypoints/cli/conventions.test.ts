import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand, Workplace } from "./run-command.js";

const it = takeSampleOfTests(8);

let place: Workplace;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

const run = (...words: string[]) => place.run(...words);

const listKeys = async () => (await place.list("--data", "data")).map(({ key }) => key).sort();

describe("the command line", () => {
  it("answers -h and -V", async () => {
    for (const words of [["-h"], ["list", "-h"]]) {
      const { code, stdout } = await run(...words);
      expect({ code, usage: stdout.split(" ")[0] }).toEqual({ code: 0, usage: "Usage:" });
    }
    expect(await run("-V")).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });

  it("shows the usage of a command after a mistake in its words", async () => {
    const { code, stderr } = await run("process");
    expect(code).toBe(2);
    expect(stderr).toContain("usage: safelight process [options] <paths...>");
    expect(stderr).toContain("run safelight process --help");
  });

  it("expands a pattern that a shell has left, and takes a file whose name looks like one", async () => {
    for (const name of ["one.png", "two.png", "[3].png"])
      place.write(`photos/${name}`, await drawTestImage({ format: "png" }));
    expect(await run("process", "photos/t*.png", "photos/[3].png", "--data", "data")).toMatchObject({
      code: 0,
    });
    expect(await listKeys()).toEqual(["[3].png", "two.png"]);
    expect((await run("process", "photos/x*.png", "--data", "data")).stderr).toContain('"photos/x*.png"');
  });

  it("takes an image from standard input under the key that it is given", async () => {
    const running = place.start(["process", "-", "--key", "from/here.png", "--data", "data"]);
    running.process.stdin?.end(await drawTestImage({ format: "png" }));
    expect(await running.finished).toMatchObject({ code: 0 });
    expect(await listKeys()).toEqual(["from/here.png"]);
    expect(await run("process", "-", "--data", "data")).toMatchObject({
      code: 2,
      stderr: "expected a key (required by -) for --key but received nothing\n",
    });
  });

  it("says that a folder with the same names replaces images, and keeps both by a prefix", async () => {
    for (const [index, folder] of ["one", "two"].entries()) {
      place.write(`${folder}/cat.png`, await drawTestImage({ format: "png", width: 30 + index }));
      place.write(`${folder}/same.png`, await drawTestImage({ format: "png" }));
    }
    const first = await run("process", "one", "--data", "data");
    expect(first.stdout).not.toContain("replaced");
    const second = await run("process", "two", "--data", "data");
    expect(second.stdout).toContain(
      ", 1 unchanged, 1 replaced (their keys had other pictures; --prefix keeps both)",
    );
    expect(second.stderr).toContain("replaced, ready  cat.png");
    expect((await run("process", "two", "--data", "data")).stdout).not.toContain("replaced");
    const apart = await run("process", "one", "--prefix", "one/", "--data", "data");
    expect(apart.stdout).not.toContain("replaced");
    expect(await listKeys()).toEqual(["cat.png", "one/cat.png", "one/same.png", "same.png"]);
  });

  it("takes nothing in a hidden folder or in a data directory of another run for an original", async () => {
    place.write("photos/cat.png", await drawTestImage({ format: "png" }));
    place.write("photos/2026/.thumbnails/dog.png", await drawTestImage({ format: "png" }));
    expect(await run("process", "photos", "--out", "photos/out")).toMatchObject({ code: 0 });
    expect(await run("process", "photos", "--data", "data")).toMatchObject({ code: 0 });
    expect(await listKeys()).toEqual(["cat.png"]);
    expect(await run("process", "photos/out", "--data", "data")).toMatchObject({ code: 2 });
    expect(await run("process", "photos/2026/.thumbnails", "--data", "data")).toMatchObject({ code: 0 });
    expect(await listKeys()).toEqual(["cat.png", "dog.png"]);
  });

  it("suggests the key that was meant", async () => {
    place.write("photos/samples/mountain-lake.png", await drawTestImage({ format: "png" }));
    await run("process", "photos", "--data", "data");
    for (const typed of ["mountain-lake.png", "samples/montain-lake.png"]) {
      const { code, stderr } = await run("show", typed, "--data", "data");
      expect(code).toBe(2);
      expect(stderr).toContain('did you mean "samples/mountain-lake.png"?');
    }
  });

  it("suggests the key of the configuration that was meant", async () => {
    place.write("c.json", JSON.stringify({ thumbnail: { thumb: { width: 3, fit: "covr" } } }));
    place.write("d.json", JSON.stringify({ thumbnails: { thumb: { width: 3, fit: "covr" } } }));
    expect((await run("plan", "x.png", "--config", "c.json")).stderr).toContain("did you mean thumbnails?");
    expect((await run("plan", "x.png", "--config", "d.json")).stderr).toContain("did you mean cover?");
  });

  it("prints a script by which bash completes commands and options", async () => {
    const { stdout } = await run("completion", "bash");
    const complete = (index: number, ...words: string[]) =>
      `COMP_WORDS=(${words.join(" ")}) COMP_CWORD=${index}; _safelight safelight ${words[index]}; echo "\${COMPREPLY[@]}"\n`;
    place.write(
      "try.sh",
      stdout + complete(1, "safelight", "com") + complete(2, "safelight", "process", "--con"),
    );
    expect(execFileSync("bash", [join(place.dir, "try.sh")], { encoding: "utf8" })).toBe(
      "completion\n--config --concurrency --contact-sheet\n",
    );
  });
});
