import { requireHook, toBytes } from "../expectations.js";
import type { SentTicket, UploadTicketsHarness } from "./harness.js";

/**
 * Sends the ticket again and again, each time with one of its texts changed: the URL, a header or a field. Whether one
 * of them is accepted is looked up in the originals.
 */
export async function sendForgeries(
  harness: UploadTicketsHarness,
  ticket: SentTicket,
  change: (text: string) => string,
): Promise<void> {
  const send = requireHook(harness.send, "send").bind(harness);
  for (const forgery of createForgeries(ticket, change)) await send(forgery, toBytes("x"));
}

/**
 * Sends the ticket again and again, each time with one text more: `value` under `added`, wherever the ticket `named` has
 * a header or a field for its metadata `name`.
 */
export async function sendAdditions(
  harness: UploadTicketsHarness,
  ticket: SentTicket,
  { named, name, added, value }: { named: SentTicket; name: string; added: string; value: string },
): Promise<void> {
  const send = requireHook(harness.send, "send").bind(harness);
  for (const part of ["headers", "fields"] as const)
    for (const carrier of Object.keys(named[part]).filter((one) => one.toLowerCase().endsWith(name))) {
      const addition = { [carrier.slice(0, -name.length) + added]: value };
      await send({ ...ticket, [part]: { ...ticket[part], ...addition } }, toBytes("x"));
    }
}

function createForgeries(ticket: SentTicket, change: (text: string) => string): readonly SentTicket[] {
  const url = change(ticket.url);
  return [
    ...(url !== ticket.url && URL.canParse(url) ? [{ ...ticket, url }] : []),
    ...changeOnce(ticket.headers, change).map((headers) => ({ ...ticket, headers })),
    ...changeOnce(ticket.fields, change).map((fields) => ({ ...ticket, fields })),
  ];
}

/** The texts with one of them changed, and with one of them left out. */
function changeOnce(texts: Readonly<Record<string, string>>, change: (text: string) => string) {
  return Object.entries(texts).flatMap(([name, text]) => {
    const { [name]: _, ...others } = texts;
    return [{ ...others, [name]: change(text) }, others];
  });
}
