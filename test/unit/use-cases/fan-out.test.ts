import { describe, expect, it } from "@jest/globals";
import { memory } from "../../../src/adapters/memory/index.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { fanOut } from "../../../src/domain/use-cases/fan-out.js";
import { createEvent } from "../../../src/ports/contracts/events.js";
import { eventPublisherContract, runContract } from "../../../src/ports/contracts/index.js";
import type { EventPublisher } from "../../../src/ports/event-publisher.js";

runContract({ describe, it }, { ...eventPublisherContract, name: "EventPublisher of several" }, () => {
  const [one, other] = [memory().events, memory().events];
  return { events: fanOut(one, other), readPublished: async () => other.published };
});

describe("several publishers in one", () => {
  const EVENT = createEvent("cat.jpg");
  const createFailing = (error: unknown): EventPublisher => ({ publish: () => Promise.reject(error) });

  it("give each its own copy of the event, also where another one fails, and reject with its error", async () => {
    const { events } = memory();
    const error = new SafelightError("unavailable", "the topic did not answer");
    const throwing: EventPublisher = {
      publish: (event) => {
        Object.assign(event, { key: "spoilt" });
        throw error;
      },
    };
    await expect(fanOut(throwing, events).publish(EVENT)).rejects.toBe(error);
    expect(events.published).toEqual([EVENT]);
  });

  it("reject with unavailable, which comes again, where several fail", async () => {
    const both = fanOut(createFailing(new Error("one")), memory().events, createFailing("other"));
    await expect(both.publish(EVENT)).rejects.toMatchObject({
      code: "unavailable",
      message: `2 of 3 publishers did not take the event ${EVENT.id}: one; other`,
    });
  });

  it("pass the signal on, and publish nothing once it is aborted", async () => {
    const { events } = memory();
    const stop = new AbortController();
    const hanging: EventPublisher = {
      publish: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("another error")));
        }),
    };
    const reason = new Error("enough");
    const publishing = fanOut(hanging, events).publish(EVENT, { signal: stop.signal });
    stop.abort(reason);
    await expect(publishing).rejects.toBe(reason);
    await expect(fanOut(events).publish(EVENT, { signal: stop.signal })).rejects.toBe(reason);
    expect(events.published).toHaveLength(1);
  });

  it("publish nothing where there are none", async () => {
    await expect(fanOut().publish(EVENT)).resolves.toBeUndefined();
  });
});
