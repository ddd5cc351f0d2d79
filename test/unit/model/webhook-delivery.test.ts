import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  DELIVERY_PERIOD,
  decideVerdict,
  readRest,
  type WebhookAnswer,
} from "../../../src/domain/model/webhook-delivery.js";

const START = Date.UTC(2026, 0, 1);
const startedAt = new Date(START).toISOString();

/** Judges an answer to attempt `attempts`, so many seconds after the first. */
function judge(answer: WebhookAnswer, { attempts = 1, seconds = 0, random = 0 } = {}) {
  return decideVerdict(answer, { attempts, startedAt }, { now: new Date(START + seconds * 1_000), random });
}

/** The seconds after the first attempt at which all others are made, by a subscriber that always fails. */
function listAttempts(random: number): readonly number[] {
  const times = [0];
  for (;;) {
    const verdict = judge({ status: 500 }, { attempts: times.length, seconds: times.at(-1) ?? 0, random });
    if (verdict.type !== "retry") return times;
    times.push((verdict.at.getTime() - START) / 1_000);
  }
}

describe("a delivery to a subscriber", () => {
  it("is done with any status of 200 to 299, and with no other", () => {
    for (const status of [200, 202, 204, 299]) expect(judge({ status })).toEqual({ type: "delivered" });
    for (const status of [100, 199, 300, 301, 304, 308, 400, 401, 404, 429, 500, 503])
      expect(judge({ status }).type).toBe("retry");
  });

  it("is tried again as Standard Webhooks recommends, the last time after 72 hours", () => {
    const hour = 3_600;
    expect(listAttempts(0)).toEqual([
      0,
      5,
      305,
      305 + hour / 2,
      305 + 2.5 * hour,
      305 + 7.5 * hour,
      305 + 17.5 * hour,
      305 + 31.5 * hour,
      305 + 51.5 * hour,
      305 + 71.5 * hour,
      72 * hour,
    ]);
  });

  it("is tried with pauses that grow, never earlier than planned, and for 72 hours whatever the jitter", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (random) => {
        const times = listAttempts(random);
        const planned = listAttempts(0);
        expect(times.at(-1)).toBe(DELIVERY_PERIOD / 1_000);
        for (const [index, time] of times.slice(0, -1).entries())
          expect(time).toBeGreaterThanOrEqual(planned[index] ?? 0);
      }),
    );
  });

  it("is tried once more, however late, by a sender that was away for longer than 72 hours", () => {
    expect(judge({ status: 500 }, { seconds: 80 * 3_600 })).toEqual({ type: "failed", answer: "500" });
    expect(judge({ status: 200 }, { seconds: 80 * 3_600 })).toEqual({ type: "delivered" });
  });

  it("fails at once for a subscriber that says it is gone", () => {
    expect(judge({ status: 410 })).toEqual({ type: "failed", answer: "410" });
  });

  it("waits as long as the subscriber asks for, but no longer than the 72 hours", () => {
    expect(judge({ status: 503, retryAfter: 600 })).toEqual({
      type: "retry",
      at: new Date(START + 600_000),
      answer: "503",
    });
    expect(judge({ status: 429, retryAfter: 1 })).toMatchObject({ at: new Date(START + 5_000) });
    expect(judge({ status: 503, retryAfter: 1e9 }, { seconds: 71 * 3_600 })).toMatchObject({
      at: new Date(START + DELIVERY_PERIOD),
    });
  });

  it("says what came of the last attempt", () => {
    expect(judge({ error: "no answer in 20 seconds" })).toMatchObject({ answer: "no answer in 20 seconds" });
  });
});

describe("a subscriber that has too much to do", () => {
  it("is left alone for as long as it asks, a day at most, or for 5 seconds", () => {
    expect(readRest({ status: 429, retryAfter: 30 })).toBe(30_000);
    expect(readRest({ status: 503, retryAfter: 1e9 })).toBe(24 * 3_600_000);
    for (const status of [429, 502, 503, 504]) expect(readRest({ status })).toBe(5_000);
  });

  it("is told from one that fails, or answers nothing", () => {
    for (const status of [200, 404, 500]) expect(readRest({ status, retryAfter: 30 })).toBe(0);
    expect(readRest({ error: "no answer" })).toBe(0);
  });
});
