import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, it } from "@jest/globals";
import { showProgress } from "../../../src/entrypoints/cli/progress.js";

const { TERM } = process.env;

afterEach(() => {
  if (TERM === undefined) delete process.env.TERM;
  else process.env.TERM = TERM;
});

/** Moves the cursor to the first column. */
const LINE_START = "\u001b[1G";

/** The output on a terminal of so many columns while three files are processed. */
function recordProgress(columns: number): string {
  const stream = Object.assign(new PassThrough(), {
    columns,
    isTTY: true,
  });
  const progress = showProgress(3, { bar: true, stream: stream as unknown as NodeJS.WriteStream });
  for (const name of ["a.jpg", "photos/of/a/very/long/journey/to/the/mountains/0001.jpg", "c.jpg"]) {
    const file = { key: name, path: name };
    progress.advance({ type: "unfinished", file, reason: "" });
  }
  progress.stop();
  return String(stream.read() ?? "");
}

describe("the progress bar", () => {
  it.each([20, 40, 80, 200])(
    "fits a terminal of %i columns, with the count and the end of the name",
    (columns) => {
      process.env.TERM = "xterm";
      const lines = recordProgress(columns).split(LINE_START).map(stripVTControlCharacters);
      expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
      const last = lines.filter((line) => line.includes("3/3"));
      expect(last.length).toBeGreaterThan(0);
      if (columns >= 40) expect(last.at(-1)).toContain("c.jpg");
    },
  );

  it("is a line a file, without codes, on a terminal that cannot move its cursor", () => {
    process.env.TERM = "dumb";
    expect(recordProgress(80)).toBe("");
  });
});
