import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { LocalAdapters } from "../../../src/adapters/local/index.js";
import type { Ticket } from "../../../src/ports/upload-tickets.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const REQUEST = { key: "a/été\n.png", contentType: "image/png", maxBytes: 1_000, expiresIn: 60 };

describe("a local upload ticket", () => {
  let place: TestDirectory;
  let tickets: LocalAdapters["tickets"];
  let ticket: Ticket;
  beforeEach(async () => {
    place = createTestDirectory();
    ({ tickets } = place.open());
    ticket = await tickets.issue(REQUEST);
  });
  afterEach(() => place.close());

  const verify = (changed: Record<string, string> = {}, now = new Date()) =>
    tickets.verifyTicket({ ...ticket.fields, ...changed }, { now });
  const forbidden = expect.objectContaining({ code: "forbidden" });

  it("allows exactly its upload until it expires", () => {
    const { key, contentType, maxBytes } = REQUEST;
    expect(verify()).toEqual({ key, contentType, maxBytes, metadata: {} });
    expect(verify({}, new Date(ticket.expiresAt.getTime() - 1))).toEqual({
      key,
      contentType,
      maxBytes,
      metadata: {},
    });
    expect(() => verify({}, ticket.expiresAt)).toThrow(forbidden);
  });

  it("allows exactly the metadata that was asked for", async () => {
    const { fields } = await tickets.issue({ ...REQUEST, metadata: { "file-name": "%C3%A9t%C3%A9.png" } });
    const verifyFields = (changed: Record<string, string>) =>
      tickets.verifyTicket({ ...fields, ...changed }, { now: new Date() });
    expect(verifyFields({}).metadata).toEqual({ "file-name": "%C3%A9t%C3%A9.png" });
    expect(() => verifyFields({ "x-amz-meta-other": "x" })).toThrow(forbidden);
    expect(() => verifyFields({ "x-amz-meta-file-name": "other" })).toThrow(forbidden);
    expect(() => verifyFields({ "x-amz-meta-file-name": "" })).toThrow(forbidden);
  });

  it("allows nothing once a field was changed", async () => {
    const other = await tickets.issue({ ...REQUEST, maxBytes: 9_999 });
    expect(() => verify({ key: "other" })).toThrow(forbidden);
    expect(() => verify({ "Content-Type": "image/gif" })).toThrow(forbidden);
    expect(() => verify({ policy: other.fields.policy ?? "" })).toThrow(forbidden);
    expect(() => verify({ "x-safelight-signature": "" })).toThrow(forbidden);
    expect(() => verify({ "x-safelight-signature": `${ticket.fields["x-safelight-signature"]}0` })).toThrow(
      forbidden,
    );
    expect(() => tickets.verifyTicket({}, { now: new Date() })).toThrow(forbidden);
  });

  it("is invalid for another data directory", () => {
    const other = createTestDirectory();
    expect(() => other.open().tickets.verifyTicket(ticket.fields, { now: new Date() })).toThrow(forbidden);
    other.close();
  });

  for (const wrong of [
    { key: "" },
    { key: "\ud800" },
    { contentType: "" },
    { contentType: "image/png\r\nX: y" },
    { maxBytes: 0 },
    { maxBytes: 1.5 },
    { expiresIn: 0 },
    { expiresIn: 3_601 },
    { expiresIn: Number.NaN },
  ]) {
    it(`is not issued for ${JSON.stringify(wrong)}`, async () => {
      await expect(tickets.issue({ ...REQUEST, ...wrong })).rejects.toMatchObject({ code: "invalid-input" });
    });
  }
});
