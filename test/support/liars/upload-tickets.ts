import type { UploadTicketsHarness } from "../../../src/ports/contracts/index.js";
import type { UploadTickets } from "../../../src/ports/upload-tickets.js";
import { type Liar, lying } from "./lying.js";

function liar(
  law: string,
  lie: string,
  spoil: (honest: UploadTicketsHarness) => UploadTickets["issue"],
): Liar<UploadTicketsHarness> {
  return {
    law,
    lie,
    tell: (honest) => ({ ...honest, tickets: lying(honest.tickets, { issue: spoil(honest) }) }),
  };
}

/** Broken tickets. */
export const uploadTicketsLiars: readonly Liar<UploadTicketsHarness>[] = [
  liar(
    "issue resolves to a form: an absolute URL, text fields, and when it is void",
    "leaves it to the browser to know the host",
    ({ tickets }) =>
      async (request) => ({ ...(await tickets.issue(request)), url: "/uploads" }),
  ),
  {
    law: "a ticket is for exactly this key",
    lie: "believes the key in the form",
    tell: (honest) => ({
      ...honest,
      tickets: lying(honest.tickets, { issue: withFields(honest.tickets) }),
      send: async ({ fields }, bytes) => {
        await honest.originals.put(fields.key ?? "", bytes, { contentType: "image/jpeg" });
        return true;
      },
    }),
  },
  {
    law: "a ticket is for exactly this content type",
    lie: "believes the content type in the form",
    tell: (honest) => ({
      ...honest,
      tickets: lying(honest.tickets, { issue: withFields(honest.tickets) }),
      send: async ({ fields }, bytes) => {
        await honest.originals.put("photos/cat.jpg", bytes, { contentType: fields["Content-Type"] ?? "" });
        return true;
      },
    }),
  },
  liar(
    "a ticket is for exactly this metadata",
    "has no room for metadata",
    ({ tickets }) =>
      ({ metadata: _, ...request }) =>
        tickets.issue(request),
  ),
  liar(
    "a ticket is for an upload of 1 to maxBytes bytes",
    "allows for a byte more",
    ({ tickets }) =>
      (request) =>
        tickets.issue({ ...request, maxBytes: request.maxBytes + 1 }),
  ),
  liar(
    "a ticket is void after expiresIn seconds",
    "says so, and means an hour",
    ({ tickets, now }) =>
      async (request) => {
        const ticket = await tickets.issue({ ...request, expiresIn: 3_600 });
        return {
          ...ticket,
          expiresAt: new Date((now?.() ?? new Date()).getTime() + request.expiresIn * 1_000),
        };
      },
  ),
  liar(
    "nothing is stored by issuing a ticket",
    "keeps the place free with an empty blob",
    ({ tickets, originals }) =>
      async (request) => {
        const ticket = await tickets.issue(request);
        await originals.put(request.key, new Uint8Array(0), { contentType: request.contentType });
        return ticket;
      },
  ),
  liar(
    "issue throws invalid-input for a request outside the rules",
    "cuts a long time down to an hour",
    ({ tickets }) =>
      (request) =>
        tickets.issue({ ...request, expiresIn: Math.min(request.expiresIn, 3_600) }),
  ),
];

function withFields(tickets: UploadTickets): UploadTickets["issue"] {
  return async (request) => {
    const ticket = await tickets.issue(request);
    return { ...ticket, fields: { ...ticket.fields, key: request.key, "Content-Type": request.contentType } };
  };
}
