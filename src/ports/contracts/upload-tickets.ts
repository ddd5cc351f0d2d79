import assert from "node:assert/strict";
import type { BlobStore } from "../blob-store.js";
import type { Ticket, TicketRequest, UploadTickets } from "../upload-tickets.js";
import { AWKWARD_KEYS, ILLEGAL_KEYS } from "./awkward-keys.js";
import type { Closable, Contract } from "./contract.js";
import { bytesOf, offered, refuses, same } from "./expectations.js";

/** What the laws of upload tickets are checked on. An optional part that is left out breaks its law: declare the gap. */
export interface UploadTicketsHarness extends Closable {
  readonly tickets: UploadTickets;
  /** Where the uploads end up; empty. */
  readonly originals: BlobStore;
  /** Sends the form as a browser would; resolves to whether it was accepted. */
  send?(ticket: Pick<Ticket, "url" | "fields">, bytes: Uint8Array): Promise<boolean>;
  /** Lets time pass for whoever accepts uploads. */
  pass?(seconds: number): Promise<void>;
  /** The clock that tickets are issued by. Absent: the system's. */
  now?(): Date;
}

const REQUEST: TicketRequest = {
  key: "photos/cat.jpg",
  contentType: "image/jpeg",
  maxBytes: 10,
  expiresIn: 60,
};

/** Everything that `UploadTickets` promises. */
export const uploadTicketsContract: Contract<UploadTicketsHarness> = {
  name: "UploadTickets",
  laws: [
    {
      name: "issue resolves to a form: an absolute URL, text fields, and when it is void",
      check: async (harness) => {
        const now = () => (harness.now?.() ?? new Date()).getTime();
        const before = now();
        const { url, fields, expiresAt } = await harness.tickets.issue(REQUEST);
        const after = now();
        assert.ok(URL.canParse(url), `expected an absolute URL but received ${url}`);
        for (const [name, value] of Object.entries(fields))
          same(typeof value, "string", `the type of ${name}`);
        // A second on either side: some signatures know whole seconds only.
        const at = Number(expiresAt) - 60_000;
        assert.ok(
          at >= before - 1_000 && at <= after + 1_000,
          `expected 60 seconds from now but received ${at - before} ms off`,
        );
      },
    },
    {
      name: "a ticket is for exactly this key",
      check: async (harness) => {
        const send = offered(harness.send, "send");
        for (const key of AWKWARD_KEYS) {
          const ticket = await harness.tickets.issue({ ...REQUEST, key });
          assert.ok(
            await send(ticket, bytesOf("x")),
            `expected an upload to ${JSON.stringify(key)} to be accepted`,
          );
          same(
            (await harness.originals.get(key)).bytes,
            bytesOf("x"),
            `the original under ${JSON.stringify(key)}`,
          );
          await harness.originals.delete(key);
        }
        await forge(harness, (value) => value.replace("cat", "dog"));
        await forge(harness, () => "photos/dog.jpg");
        const stored = (await harness.originals.list("")).items.map(({ key }) => key);
        same(
          stored.filter((key) => key !== REQUEST.key),
          [],
          "what was stored under other keys",
        );
      },
    },
    {
      name: "a ticket is for exactly this content type",
      check: async (harness) => {
        const send = offered(harness.send, "send");
        assert.ok(
          await send(await harness.tickets.issue(REQUEST), bytesOf("x")),
          "expected the upload to be accepted",
        );
        same((await harness.originals.head(REQUEST.key)).contentType, "image/jpeg", "the content type");
        await harness.originals.delete(REQUEST.key);
        await forge(harness, () => "text/html");
        for (const { key } of (await harness.originals.list("")).items)
          same((await harness.originals.head(key)).contentType, "image/jpeg", "the content type");
      },
    },
    {
      name: "a ticket is for exactly this metadata",
      check: async (harness) => {
        const send = offered(harness.send, "send");
        const metadata = { "file-name": "%C3%A9t%C3%A9.jpg", note: "a b" };
        const { url, fields } = await harness.tickets.issue({ ...REQUEST, metadata });
        assert.ok(await send({ url, fields }, bytesOf("x")), "expected the upload to be accepted");
        same((await harness.originals.head(REQUEST.key)).metadata, metadata, "the metadata");
        await harness.originals.delete(REQUEST.key);
        for (const [name, value] of Object.entries(fields))
          await send({ url, fields: { ...fields, [name]: value.replace("jpg", "png") } }, bytesOf("x"));
        for (const { key } of (await harness.originals.list("")).items)
          same((await harness.originals.head(key)).metadata, metadata, "the metadata");
      },
    },
    {
      name: "a ticket is for an upload of 1 to maxBytes bytes",
      check: async (harness) => {
        const send = offered(harness.send, "send");
        for (const [size, accepted] of [
          [0, false],
          [11, false],
          [1, true],
          [10, true],
        ] as const) {
          const ticket = await harness.tickets.issue(REQUEST);
          same(await send(ticket, new Uint8Array(size)), accepted, `whether ${size} bytes are accepted`);
          const stored = await harness.originals.head(REQUEST.key).catch(() => undefined);
          same(stored?.size, accepted ? size : undefined, `the size of the original`);
        }
      },
    },
    {
      name: "a ticket is void after expiresIn seconds",
      check: async (harness) => {
        const [send, pass] = [offered(harness.send, "send"), offered(harness.pass, "pass")];
        const early = await harness.tickets.issue(REQUEST);
        const late = await harness.tickets.issue({ ...REQUEST, key: "late.jpg" });
        await pass(58);
        same(await send(early, bytesOf("x")), true, "whether a ticket is good before its time is over");
        await pass(4);
        same(await send(late, bytesOf("x")), false, "whether a ticket is good after its time is over");
        await refuses("not-found", harness.originals.head("late.jpg"), "the late upload");
      },
    },
    {
      name: "nothing is stored by issuing a ticket",
      check: async ({ tickets, originals }) => {
        await tickets.issue(REQUEST);
        same((await originals.list("")).items, [], "the originals");
      },
    },
    {
      name: "issue throws invalid-input for a request outside the rules",
      check: async ({ tickets }) => {
        for (const key of ILLEGAL_KEYS) await refused(tickets, { key });
        for (const number of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          await refused(tickets, { maxBytes: number });
          await refused(tickets, { expiresIn: number });
        }
        await refused(tickets, { expiresIn: 3_601 });
        for (const expiresIn of [1, 3_600]) await tickets.issue({ ...REQUEST, maxBytes: 1, expiresIn });
      },
    },
  ],
};

/** Sends tickets of which each field in turn was changed. Whether they are accepted is looked up in the originals. */
async function forge(harness: UploadTicketsHarness, change: (value: string) => string): Promise<void> {
  const send = offered(harness.send, "send");
  const { url, fields } = await harness.tickets.issue(REQUEST);
  for (const [name, value] of Object.entries(fields)) {
    await send({ url, fields: { ...fields, [name]: change(value) } }, bytesOf("x"));
  }
}

function refused(tickets: UploadTickets, part: Partial<TicketRequest>): Promise<string> {
  const [[name, value] = []] = Object.entries(part);
  return refuses(
    "invalid-input",
    tickets.issue({ ...REQUEST, ...part }),
    `a request with ${name} ${String(value).slice(0, 30)}`,
  );
}
