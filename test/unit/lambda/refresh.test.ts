import { expect, it } from "@jest/globals";
import { refresh } from "../../../src/entrypoints/lambda/refresh.js";

/** A value that is good for 100 ticks of a clock that the test moves, and made by the next of these. */
function start(...makes: readonly (() => string)[]) {
  let time = 0;
  let made = 0;
  const get = refresh(
    async () => makes[made++]?.() ?? "none",
    100,
    () => time,
  );
  return { get, made: () => made, wait: (ticks: number) => (time += ticks) };
}

const refuse = (): string => {
  throw new Error("not now");
};

it("a value is made once while it is good, and anew afterwards: a process that lives for hours notices a change", async () => {
  const { get, made, wait } = start(
    () => "first",
    () => "second",
  );
  expect(await Promise.all([get(), get()])).toEqual(["first", "first"]);
  wait(99);
  expect(await get()).toBe("first");
  expect(made()).toBe(1);
  wait(1);
  expect(await Promise.all([get(), get()])).toEqual(["second", "second"]);
  expect(made()).toBe(2);
});

it("a value that cannot be made anew stays good, and is not asked for with every call", async () => {
  const { get, made, wait } = start(
    () => "first",
    refuse,
    () => "third",
  );
  await get();
  wait(100);
  expect(await get()).toBe("first");
  wait(50);
  expect(await get()).toBe("first");
  expect(made()).toBe(2);
  wait(50);
  expect(await get()).toBe("third");
});

it("a value that was missing at first is made by the next caller", async () => {
  const { get } = start(refuse, () => "second");
  await expect(get()).rejects.toThrow("not now");
  expect(await get()).toBe("second");
});
