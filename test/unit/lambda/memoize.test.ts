import { expect, it } from "@jest/globals";
import { memoize } from "../../../src/entrypoints/lambda/memoize.js";

it("a value is made once for all callers, also those who come while it is being made", async () => {
  let made = 0;
  const get = memoize(async () => {
    made += 1;
    return { made };
  });
  const [first, second] = await Promise.all([get(), get()]);
  expect(first).toBe(second);
  expect(await get()).toBe(first);
  expect(made).toBe(1);
});

it("a failure is retried by the next caller, and a secret that was missing at first blocks nobody", async () => {
  let tries = 0;
  const get = memoize(async () => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return tries;
  });
  await expect(Promise.all([get(), get()])).rejects.toThrow("not yet");
  expect(await get()).toBe(2);
});
