import { describe, expect, it } from "@jest/globals";
import { parseExamples } from "../../support/markdown.js";

const PROGRAM = "```ts\nrun();\n```\n";
const TEXT = "```text\n1\n```\n";

describe("an example of a page", () => {
  it("prints the text block that follows it", () => {
    expect(parseExamples(`${PROGRAM}\n${TEXT}`)).toEqual([{ code: "run();\n", line: 1, prints: "1\n" }]);
  });

  it("does not print a text block that stands after other words", () => {
    expect(parseExamples(`${PROGRAM}\nAnother chapter.\n\n${TEXT}`)).toEqual([{ code: "run();\n", line: 1 }]);
  });
});
