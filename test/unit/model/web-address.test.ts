import { describe, expect, it } from "@jest/globals";
import { isWebAddress } from "../../../src/domain/model/web-address.js";

describe("a web address", () => {
  it.each(["https://images.example/a.jpg", "HTTP://127.0.0.1:3000/a", "https://images.example"])(
    "names a host: %s",
    (url) => expect(isWebAddress(url)).toBe(true),
  );

  it.each([
    ...["file:///data/a.jpg", "FILE://host/a", "memory://uploads", "javascript:alert(1)", "data:text/html,x"],
    ...["blob:https://images.example/1", "https:///a", "https:a", "//images.example/a", "/a", ""],
  ])("is not %s", (url) => expect(isWebAddress(url)).toBe(false));

  it("is not missing", () => expect(isWebAddress(undefined)).toBe(false));
});
