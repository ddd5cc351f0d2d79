import assert from "node:assert/strict";
import { assertSame, requireHook, toBytes } from "../expectations.js";
import type { UploadTicketsLaw } from "./harness.js";
import { REQUEST } from "./sample-request.js";
import { sendAdditions, sendForgeries } from "./send-forgeries.js";

/**
 * The laws of tickets where they bind more than the key. A capability that is not declared is not looked at: its client
 * may do as it likes, also where the store happens to refuse it.
 */
export const BINDING_LAWS: readonly UploadTicketsLaw[] = [
  {
    name: "where contentType is bound, a ticket is for exactly this content type",
    check: async (harness) => {
      const { tickets, originals } = harness;
      if (!tickets.binds.contentType) return;
      const ticket = await tickets.issue(REQUEST);
      const send = requireHook(harness.send, "send").bind(harness);
      assert.ok(await send(ticket, toBytes("x")), "expected the upload to be accepted");
      assertSame((await originals.head(REQUEST.key)).contentType, "image/jpeg", "the content type");
      await originals.delete(REQUEST.key);
      await sendForgeries(harness, ticket, () => "text/html");
      await sendForgeries(harness, ticket, (text) => text.replace("image/jpeg", "text/html"));
      for (const { key } of (await originals.list("")).items)
        assertSame((await originals.head(key)).contentType, "image/jpeg", "the content type");
    },
  },
  {
    name: "where metadata is bound, a ticket is for exactly this metadata",
    check: async (harness) => {
      const { tickets, originals } = harness;
      if (!tickets.binds.metadata) return;
      const metadata = { "file-name": "%C3%A9t%C3%A9.jpg", note: "a b" };
      const ticket = await tickets.issue({ ...REQUEST, metadata });
      const send = requireHook(harness.send, "send").bind(harness);
      assert.ok(await send(ticket, toBytes("x")), "expected the upload to be accepted");
      assertSame((await originals.head(REQUEST.key)).metadata, metadata, "the metadata");
      await originals.delete(REQUEST.key);
      await sendForgeries(harness, ticket, (text) => text.replace("%C3%A9.jpg", "%C3%A9.png"));
      await sendForgeries(harness, ticket, (text) => text.replace("a b", "a c"));
      for (const { key } of (await originals.list("")).items)
        assertSame((await originals.head(key)).metadata, metadata, "the metadata");
      // Nor may a client say whose an original is where the ticket says nothing, or beside what it says.
      const bare = await tickets.issue({ ...REQUEST, key: "bare.jpg" });
      const others = { named: ticket, name: "note", added: "owner", value: "somebody" };
      await sendAdditions(harness, bare, others);
      await sendAdditions(harness, ticket, others);
      for (const { key } of (await originals.list("")).items)
        assertSame((await originals.head(key)).metadata, key === "bare.jpg" ? {} : metadata, "the metadata");
    },
  },
  {
    name: "where size is bound, a ticket is for an upload of 1 to maxBytes bytes",
    check: async (harness) => {
      const { tickets, originals } = harness;
      if (!tickets.binds.size) return;
      const send = requireHook(harness.send, "send").bind(harness);
      for (const size of [0, REQUEST.maxBytes + 1]) {
        const accepted = await send(await tickets.issue(REQUEST), new Uint8Array(size));
        assertSame(accepted, false, `whether ${size} bytes are accepted`);
        assertSame((await originals.list("")).items, [], "the originals after a refused upload");
      }
    },
  },
];
