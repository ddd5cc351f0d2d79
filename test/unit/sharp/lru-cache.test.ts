import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { LruCache } from "../../../src/adapters/sharp/watermarks/lru-cache.js";

describe("An LRU cache", () => {
  const createCache = (maxBytes: number) => new LruCache<number>({ maxBytes, measureBytes: (size) => size });

  it("makes a value once, also for those who ask while it is being made", async () => {
    const cache = createCache(10);
    const make = jest.fn(async () => 3);
    expect(await Promise.all([cache.get("a", make), cache.get("a", make)])).toEqual([3, 3]);
    expect(await cache.get("a", make)).toBe(3);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it("evicts the least recently used value", async () => {
    const cache = createCache(10);
    const make = jest.fn(async () => 5);
    for (const key of ["a", "b", "a", "c"]) await cache.get(key, make);
    expect(make).toHaveBeenCalledTimes(3);
    await cache.get("a", make);
    expect(make).toHaveBeenCalledTimes(3);
    await cache.get("b", make);
    expect(make).toHaveBeenCalledTimes(4);
  });

  it("does not keep a failure", async () => {
    const cache = createCache(10);
    await expect(cache.get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await cache.get("a", async () => 1)).toBe(1);
  });

  it("never holds more than its bound, whatever is asked of it and in whatever order it is made", async () => {
    const asks = fc.array(fc.tuple(fc.nat(9), fc.nat(12), fc.boolean()), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(asks, async (list) => {
        const cache = createCache(20);
        for (const [key, size, wait] of list) {
          const value = cache.get(String(key), async () => size);
          if (wait) await value;
          expect(cache.bytes).toBeLessThanOrEqual(20);
          expect(cache.bytes).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
