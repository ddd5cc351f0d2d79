import type { UploadTicketsHarness } from "../../../src/ports/contracts/index.js";
import type { TicketRequest, UploadTickets } from "../../../src/ports/upload-tickets.js";
import { type Liar, replaceMethods } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: UploadTicketsHarness) => UploadTickets["issue"],
): Liar<UploadTicketsHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, tickets: replaceMethods(honest.tickets, { issue: spoil(honest) }) }),
  };
}

/** Broken tickets. */
export const uploadTicketsLiars: readonly Liar<UploadTicketsHarness>[] = [
  createLiar(
    "issue resolves to a form or a PUT: an absolute URL, headers, fields, and when it is void",
    "leaves it to the browser to know the host",
    ({ tickets }) =>
      async (request) => ({ ...(await tickets.issue(request)), url: "/uploads" }),
  ),
  createBeliever("a ticket is for exactly this key", "believes the key in the form", ({ key }, request) => ({
    ...request,
    key: key ?? "",
  })),
  createLiar(
    "a client that sends what the ticket says, and 1 to maxBytes bytes, is not refused",
    "counts from zero",
    ({ tickets }) =>
      (request) =>
        tickets.issue({ ...request, maxBytes: request.maxBytes - 1 }),
  ),
  createLiar(
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
  createLiar(
    "nothing is stored by issuing a ticket",
    "keeps the place free with an empty blob",
    ({ tickets, originals }) =>
      async (request) => {
        const ticket = await tickets.issue(request);
        await originals.put(request.key, new Uint8Array(0), { contentType: request.contentType });
        return ticket;
      },
  ),
  createBeliever(
    "where contentType is bound, a ticket is for exactly this content type",
    "believes the content type in the form",
    ({ type }, request) => ({ ...request, contentType: type ?? "" }),
  ),
  createBeliever(
    "where metadata is bound, a ticket is for exactly this metadata",
    "believes the metadata in the form",
    ({ note = "" }, request) => ({ ...request, metadata: { ...request.metadata, note } }),
  ),
  createBeliever(
    "where metadata is bound, a ticket is for exactly this metadata",
    "keeps what a client adds to the metadata",
    ({ key: _, type: _type, ...said }, request) => ({
      ...request,
      metadata: { ...said, ...request.metadata },
    }),
  ),
  createLiar(
    "where size is bound, a ticket is for an upload of 1 to maxBytes bytes",
    "allows for a byte more",
    ({ tickets }) =>
      (request) =>
        tickets.issue({ ...request, maxBytes: request.maxBytes + 1 }),
  ),
];

/** A liar that writes into the form what it should hold the client to, and lets the form decide. */
function createBeliever(
  law: string,
  lie: string,
  read: (fields: Readonly<Record<string, string>>, request: TicketRequest) => TicketRequest,
): Liar<UploadTicketsHarness> {
  return {
    law,
    lie,
    build: (honest) => {
      let issued: TicketRequest | undefined;
      return {
        ...honest,
        tickets: replaceMethods(honest.tickets, {
          issue: async (request) => {
            issued = request;
            const { key, contentType: type, metadata = {} } = request;
            const ticket = await honest.tickets.issue(request);
            return { ...ticket, fields: { key, type, ...metadata } };
          },
        }),
        send: async ({ fields }, bytes) => {
          if (!issued) return false;
          const { key, ...said } = read(fields, issued);
          if (key === "" || said.contentType === "" || said.metadata?.note === "") return false;
          await honest.originals.put(key, bytes, said);
          return true;
        },
      };
    },
  };
}
