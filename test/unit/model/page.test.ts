import { describe, expect, it } from "@jest/globals";
import { iterateItems } from "../../../src/domain/model/page.js";

describe("every item of a listing", () => {
  const pages: Readonly<Record<string, { items: readonly number[]; cursor?: string }>> = {
    first: { items: [1, 2], cursor: "second" },
    second: { items: [], cursor: "third" },
    third: { items: [3] },
  };
  const listed: string[] = [];
  const list = async (cursor = "first") => {
    listed.push(cursor);
    return pages[cursor] ?? { items: [] };
  };

  it("comes once, in order, through empty pages to the last one", async () => {
    const items: number[] = [];
    for await (const item of iterateItems(list)) items.push(item);
    expect(items).toEqual([1, 2, 3]);
  });

  it("is read only as far as needed", async () => {
    listed.length = 0;
    for await (const item of iterateItems(list)) if (item === 2) break;
    expect(listed).toEqual(["first"]);
  });
});
