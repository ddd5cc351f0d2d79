import assert from "node:assert/strict";
import type { Ticket } from "../upload-tickets.js";
import { AWKWARD_KEYS } from "./awkward-keys.js";
import { createCapabilityLaw } from "./capability.js";
import { type Contract, prepareLaws } from "./contract.js";
import { assertSame, refuses, requireHook, toBytes } from "./expectations.js";
import { BINDING_LAWS } from "./upload-tickets/binding-laws.js";
import { guardTickets, type UploadTicketsHarness, type UploadTicketsLaw } from "./upload-tickets/harness.js";
import { REQUEST } from "./upload-tickets/sample-request.js";
import { sendForgeries } from "./upload-tickets/send-forgeries.js";

export type { SentTicket, UploadTicketsHarness } from "./upload-tickets/harness.js";

/** The capabilities of tickets. */
const CAPABILITIES: readonly UploadTicketsLaw[] = [
  createCapabilityLaw({
    name: "a ticket is a form",
    consequence: "a ticket is a signed PUT, which a web page sends by a script only",
    isThere: async ({ tickets }) => (await tickets.issue(REQUEST)).method === "POST",
  }),
  createCapabilityLaw({
    name: "tickets bind the size",
    consequence: "a client may send more than it said, and is refused only when the image is settled",
    isThere: ({ tickets }) => tickets.binds.size,
  }),
  createCapabilityLaw({
    name: "tickets bind the content type",
    consequence: "a client may claim another content type; the content decides anyway",
    isThere: ({ tickets }) => tickets.binds.contentType,
  }),
  createCapabilityLaw({
    name: "tickets bind the metadata",
    consequence: 'a ticket cannot say whose an upload is: with `uploads.owner: "caller"` none is issued',
    isThere: ({ tickets }) => tickets.binds.metadata,
  }),
];

/** The laws of every ticket, whatever else it binds. */
const TICKET_LAWS: readonly UploadTicketsLaw[] = [
  {
    name: "issue resolves to a form or a PUT: an absolute URL, headers, fields, and when it is void",
    check: async (harness) => {
      const readClock = () => (harness.now?.() ?? new Date()).getTime();
      const before = readClock();
      const ticket = await harness.tickets.issue({ ...REQUEST, metadata: { note: "n" } });
      const after = readClock();
      checkShape(ticket);
      // A second on either side: some signatures know whole seconds only.
      const at = Number(ticket.expiresAt) - 60_000;
      assert.ok(
        at >= before - 1_000 && at <= after + 1_000,
        `expected 60 seconds from now but received ${at - before} ms off`,
      );
    },
  },
  {
    name: "a ticket is for exactly this key",
    check: async (harness) => {
      const send = requireHook(harness.send, "send").bind(harness);
      for (const key of AWKWARD_KEYS) {
        const ticket = await harness.tickets.issue({ ...REQUEST, key });
        assert.ok(
          await send(ticket, toBytes("x")),
          `expected an upload to ${JSON.stringify(key)} to be accepted`,
        );
        assertSame(
          (await harness.originals.get(key)).bytes,
          toBytes("x"),
          `the original under ${JSON.stringify(key)}`,
        );
        await harness.originals.delete(key);
      }
      const ticket = await harness.tickets.issue(REQUEST);
      await sendForgeries(harness, ticket, (text) => text.replace("cat", "dog"));
      await sendForgeries(harness, ticket, () => "photos/dog.jpg");
      const stored = (await harness.originals.list("")).items.map(({ key }) => key);
      assertSame(
        stored.filter((key) => key !== REQUEST.key),
        [],
        "what was stored under other keys",
      );
    },
  },
  {
    name: "a client that sends what the ticket says, and 1 to maxBytes bytes, is not refused",
    check: async (harness) => {
      const send = requireHook(harness.send, "send").bind(harness);
      for (const size of [1, REQUEST.maxBytes]) {
        const ticket = await harness.tickets.issue(REQUEST);
        assert.ok(await send(ticket, new Uint8Array(size)), `expected ${size} bytes to be accepted`);
        assertSame((await harness.originals.head(REQUEST.key)).size, size, "the size of the original");
      }
    },
  },
  {
    name: "a ticket is void after expiresIn seconds",
    check: async (harness) => {
      const send = requireHook(harness.send, "send").bind(harness);
      const pass = requireHook(harness.pass, "pass").bind(harness);
      const early = await harness.tickets.issue(REQUEST);
      const late = await harness.tickets.issue({ ...REQUEST, key: "late.jpg" });
      await pass(58);
      assertSame(await send(early, toBytes("x")), true, "whether a ticket is good before its time is over");
      await pass(4);
      assertSame(await send(late, toBytes("x")), false, "whether a ticket is good after its time is over");
      await refuses("not-found", harness.originals.head("late.jpg"), "the late upload");
    },
  },
  {
    name: "nothing is stored by issuing a ticket",
    check: async ({ tickets, originals }) => {
      await tickets.issue(REQUEST);
      assertSame((await originals.list("")).items, [], "the originals");
    },
  },
];

/** Everything that `UploadTickets` promises. */
export const uploadTicketsContract: Contract<UploadTicketsHarness> = {
  name: "UploadTickets",
  laws: prepareLaws(guardTickets, [...CAPABILITIES, ...TICKET_LAWS, ...BINDING_LAWS]),
};

function checkShape({ method, url, headers, fields }: Ticket): void {
  assert.ok(method === "POST" || method === "PUT", `expected POST or PUT but received ${method}`);
  assert.ok(URL.canParse(url), `expected an absolute URL but received ${url}`);
  for (const [name, value] of [...Object.entries(headers), ...Object.entries(fields)])
    assertSame(typeof value, "string", `the type of ${name}`);
  const parts = method === "PUT" ? Object.keys(fields) : [];
  assertSame(parts, [], "the fields of a PUT, which has no form");
}
