import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseAccept } from "hono/utils/accept";
import { chooseContentType } from "../../../src/entrypoints/http/choose-content-type.js";

const OFFERED = ["image/avif", "image/webp", "image/jpeg"] as const;

describe("the best format that a browser takes", () => {
  it.each<[string, string | undefined, string | undefined]>([
    ["Chrome", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/avif"],
    [
      "an older Safari",
      "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
      "image/webp",
    ],
    ["curl", "*/*", "image/avif"],
    ["a client without the header", undefined, "image/avif"],
    ["an empty header", "  ", "image/avif"],
    ["what is wanted most", "image/avif;q=0.2, image/jpeg;q=0.9, image/webp;q=0.5", "image/jpeg"],
    ["q=0 beside a wildcard", "image/avif;q=0, image/*", "image/webp"],
    ["a wildcard that refuses", "image/*;q=0, image/jpeg;q=0.001", "image/jpeg"],
    ["a wildcard for all that refuses", "*/*;q=0", undefined],
    ["other types alone", "text/html, application/json", undefined],
    ["types in upper case, and spaces", "IMAGE/WEBP ; Q=1 , image/jpeg ; q=0.5", "image/webp"],
    ["a type with a parameter, which is another type", "image/avif;level=1, image/jpeg", "image/jpeg"],
    ["quoted commas", 'image/webp;q=0.5;note="a, image/avif", image/jpeg;q=0.4', "image/webp"],
    ["a malformed quality, which says nothing", "image/avif;q=5, image/jpeg", "image/jpeg"],
    ["nothing but nonsense", ",;q=1,/", undefined],
  ])("is right for %s", (_what, accept, chosen) => {
    expect(chooseContentType(accept, OFFERED)).toBe(chosen);
  });

  const qualities = fc.oneof(
    fc.constantFrom("", ";q=0", ";q=1", "; q=0.0", ";Q=1.000", ";q=0.001"),
    fc.integer({ min: 0, max: 999 }).map((part) => `;q=0.${String(part).padStart(3, "0")}`),
  );
  const ranges = fc.constantFrom(...OFFERED, "image/png", "image/*", "*/*", "text/html", "text/*");
  const headers = fc
    .array(fc.tuple(ranges, qualities), { minLength: 1, maxLength: 8 })
    .map((parts) => [...new Map(parts)].map((part) => part.join("")).join(", "));
  const offers = fc.shuffledSubarray([...OFFERED, "image/png", "image/gif"], { minLength: 1 });

  /** The quality of a type as RFC 9110 has it, by the parser of others. */
  const readQuality = (accept: string, type: string) => {
    const parsed = parseAccept(accept);
    for (const range of [type, "image/*", "*/*"]) {
      const said = parsed.find((one) => one.type.toLowerCase() === range);
      if (said) return said.q;
    }
    return 0;
  };

  it("is the one that 5,000 random headers want most, in the order of the configuration, and never one that they refuse", () => {
    const check = fc.property(headers, offers, (accept, offered) => {
      const wanted = offered.map((type) => readQuality(accept, type));
      const most = Math.max(...wanted);
      const expected = most > 0 ? offered[wanted.indexOf(most)] : undefined;
      expect(chooseContentType(accept, offered)).toBe(expected);
    });
    fc.assert(check, { numRuns: 5_000 });
  });

  it("is one of those that there are, or none, whatever stands in the header", () => {
    const check = fc.property(fc.string({ unit: "binary", maxLength: 60 }), (accept) => {
      expect([...OFFERED, undefined]).toContain(chooseContentType(accept, OFFERED));
    });
    fc.assert(check, { numRuns: 1_000 });
  });

  it("is found at once in a header that is built to take long", () => {
    for (const accept of ['"'.repeat(16_000), `image/avif${';a="'.repeat(4_000)}`, "a,".repeat(8_000)])
      expect(chooseContentType(`${accept},image/jpeg;q=0.3`, OFFERED)).not.toBe("image/avif");
  });
});
