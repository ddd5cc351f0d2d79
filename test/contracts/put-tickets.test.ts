import { describe, expect, it } from "@jest/globals";
import { MemoryBlobStore } from "../../src/adapters/memory/index.js";
import { checkContract, runContract, uploadTicketsContract } from "../../src/ports/contracts/index.js";
import type { TicketBinds } from "../../src/ports/upload-tickets.js";
import { sendTicket } from "../support/cloud/send-ticket.js";
import { createStoppedClock } from "../support/memory-harness.js";
import { startPutStore } from "../support/put-store.js";

const NOTHING: TicketBinds = { contentType: false, size: false, metadata: false };

const createHarness = (binds: TicketBinds) => async () => {
  const { clock, pass } = createStoppedClock();
  const originals = new MemoryBlobStore();
  const { tickets, close } = await startPutStore({ originals, now: clock, binds });
  return { tickets, originals, send: sendTicket, pass, now: clock, close };
};

const CLAIMS = {
  contentType: "tickets bind the content type",
  size: "tickets bind the size",
  metadata: "tickets bind the metadata",
} as const;

const UNBOUND = ["a ticket is a form", ...Object.values(CLAIMS)].map((law) => ({ law }));

describe("a store whose only ticket is a PUT that binds key and time", () => {
  runContract({ describe, it }, uploadTicketsContract, createHarness(NOTHING), UNBOUND);

  it.each(["contentType", "size", "metadata"] as const)(
    "is caught if its tickets claim to bind %s",
    async (part) => {
      const verdicts = await checkContract(
        uploadTicketsContract,
        createHarness({ ...NOTHING, [part]: true }),
        UNBOUND.filter(({ law }) => law !== CLAIMS[part]),
      );
      const broken = verdicts.filter(({ outcome }) => outcome === "broken").map(({ law }) => law);
      expect(broken).toEqual([expect.stringContaining(`where ${part} is bound`)]);
    },
  );
});
