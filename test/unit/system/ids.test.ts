import { expect, it } from "@jest/globals";
import { randomIds } from "../../../src/adapters/system/index.js";

it("gives ids that differ and are safe in a key and a URL", () => {
  const ids = Array.from({ length: 1000 }, () => randomIds());
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{23}$/);
});
