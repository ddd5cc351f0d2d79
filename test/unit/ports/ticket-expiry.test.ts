import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { createSender, createStoppedClock } from "../../support/memory-harness.js";

const REQUEST = { key: "a.png", contentType: "image/png", maxBytes: 10, expiresIn: 60 };

describe("a ticket in memory", () => {
  it("is valid until its expiry, and void from then on", async () => {
    const time = createStoppedClock();
    const { tickets } = memory(time);
    const send = createSender(tickets);
    const [early, late] = [await tickets.issue(REQUEST), await tickets.issue(REQUEST)];
    await time.pass(59.999);
    expect(await send(early, new Uint8Array(1))).toBe(true);
    await time.pass(0.001);
    expect(time.clock()).toEqual(late.expiresAt);
    expect(await send(late, new Uint8Array(1))).toBe(false);
  });
});
