import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { local } from "../../../src/adapters/local/index.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { toOwnerMetadata } from "../../../src/domain/model/owner.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, type Served, waitUntilFound } from "./start-server.js";

interface Ticket {
  readonly imageId: string;
  readonly key: string;
  readonly url: string;
  readonly fields: Record<string, string>;
}

/** The headers of a form that is written by hand, and promises more than comes. */
const MULTIPART = { "content-type": "multipart/form-data; boundary=limit", "content-length": 4_000_000 };

const formatPart = (name: string, value: string) =>
  `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`;

describe("the form of an upload ticket", () => {
  let place: Place;
  let server: Served;
  let picture: Uint8Array;

  beforeAll(async () => {
    buildCommand();
    place = new Place();
    place.write("c.json", '{ "uploads": { "owner": "caller" } }');
    server = await place.serve(["--config", "c.json"]);
    picture = await drawTestImage();
  });
  afterAll(() => place.remove());

  const requestTicket = (bytes: number) =>
    readJson<Ticket>(
      fetch(`${server.url}/uploads`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ fileName: "my cat.jpg", contentType: "image/jpeg", bytes }),
      }),
    );

  const send = (url: string, fields: Record<string, string>, bytes: Uint8Array | undefined) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    if (bytes) form.append("file", new Blob([new Uint8Array(bytes)]), "ignored.png");
    return fetch(url, { method: "POST", body: form });
  };

  const listOriginals = () =>
    readdirSync(join(place.data, "originals"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it("stores what the ticket says, and answers as S3 does", async () => {
    const { url, fields, imageId, key } = await requestTicket(picture.length);
    const answer = await send(url, fields, picture);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    expect(await server.waitUntilSettled(imageId)).toMatchObject({
      key,
      status: "ready",
      fileName: "my cat.jpg",
    });
  });

  const PNG = { "Content-Type": "image/png" };
  it.each<[string, number, (ticket: Ticket) => Record<string, string>, (bytes: Uint8Array) => Uint8Array]>([
    ["one byte too many", 413, () => ({}), (bytes) => Buffer.concat([bytes, Buffer.from("x")])],
    ["no bytes", 400, () => ({}), () => Buffer.alloc(0)],
    ["another key", 403, ({ key }) => ({ key: `${key}x` }), (bytes) => bytes],
    ["another type", 403, () => PNG, (bytes) => bytes],
    ["a field more", 403, () => ({ acl: "public-read" }), (bytes) => bytes],
    ["a field that is called like one of an object", 403, () => ({ constructor: "x" }), (bytes) => bytes],
    ["metadata more", 403, () => ({ "x-amz-meta-owner": "me" }), (bytes) => bytes],
    ["other metadata", 403, () => ({ "x-amz-meta-file-name": "dog.jpg" }), (bytes) => bytes],
    ["another signature", 403, () => ({ "x-safelight-signature": "0".repeat(64) }), (bytes) => bytes],
    ["another policy", 403, () => ({ policy: Buffer.from("{}").toString("base64") }), (bytes) => bytes],
  ])("refuses %s, and nothing is stored", async (_what, status, changed, bytesOf) => {
    const ticket = await requestTicket(picture.length);
    const before = listOriginals();
    const answer = await send(ticket.url, { ...ticket.fields, ...changed(ticket) }, bytesOf(picture));
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(listOriginals()).toEqual(before);
    expect((await fetch(`${server.url}/images/${ticket.imageId}`)).status).toBe(404);
  });

  it("refuses a form without a file, a body that is no form, and a missing ticket", async () => {
    const { url, fields } = await requestTicket(10);
    expect((await send(url, fields, undefined)).status).toBe(400);
    expect((await fetch(url, { method: "POST", body: "key=x" })).status).toBe(400);
    expect((await send(url, {}, picture)).status).toBe(403);
  });

  it.each<[string, number, number, Record<string, string>]>([
    ["without a valid signature", 403, 1, { "x-safelight-signature": "0".repeat(64) }],
    ["for fewer bytes than have come", 413, 11, {}],
  ])("answers a form %s before the rest of the file has arrived", async (_what, status, sent, changed) => {
    const { url, fields } = await requestTicket(10);
    const before = Object.entries({ ...fields, ...changed }).map((field) => `${formatPart(...field)}\r\n`);
    const form = request(url, { method: "POST", headers: MULTIPART });
    // The server may close the connection on what it does not want.
    form.on("error", () => {});
    form.write(before.join("") + formatPart("file", "x".repeat(sent + "\r\n--limit".length)));
    const [answer]: IncomingMessage[] = await once(form, "response");
    expect(answer?.statusCode).toBe(status);
    form.destroy();
  });

  const listFields = ({ fields }: Ticket) => Object.entries(fields).map((field) => formatPart(...field));
  takeSampleOfTests(2).each<[number, string, number | undefined, (ticket: Ticket) => readonly string[]]>([
    [
      80,
      "2 MB of fields",
      400,
      () => Array.from({ length: 31 }, () => formatPart("note", "x".repeat(65_000))),
    ],
    [80, "their fields", undefined, listFields],
    [80, "the beginning of a file without a ticket", 403, () => [formatPart("file", "x".repeat(100_000))]],
    [
      480,
      "as much as they may",
      undefined,
      (ticket) => [...listFields(ticket), formatPart("x", "x".repeat(18_000))],
    ],
  ])(
    "takes an upload beside %d forms that have sent %s and fall silent",
    async (count, _, refused, partsOf) => {
      const large = Buffer.concat([picture, Buffer.alloc(2_000_000)]);
      const ticket = await requestTicket(large.length);
      let answers = 0;
      const silent = await Promise.all(
        Array.from({ length: count }, async () => {
          const form = request(ticket.url, { method: "POST", headers: MULTIPART });
          // The server may close the connection on what it does not want.
          form.on("error", () => {});
          const answer = once(form, "response").then(([message]: IncomingMessage[]) => message?.statusCode);
          const sent = new Promise((written) => form.write(partsOf(ticket).join("\r\n"), written));
          if (refused !== undefined) expect(await answer).toBe(refused);
          answer.then(
            () => {
              answers += 1;
            },
            () => {},
          );
          await sent;
          return form;
        }),
      );
      // Far more than there is memory for: some must have been sent away.
      if (count > 80) await waitUntilFound(() => answers > 0);
      expect((await send(ticket.url, ticket.fields, large)).status).toBe(204);
      // Of those that are merely silent, only as many as there is no memory for were sent away.
      const open = count - answers;
      if (refused === undefined) expect(open).toBeGreaterThanOrEqual(80);
      else expect(open).toBe(0);
      for (const form of silent) form.destroy();
    },
  );

  it("stores the owner if the ticket was issued for one", async () => {
    const stores = local({ dir: place.data, uploadUrl: `${server.url}/uploads/form` });
    const key = "uploads/annas.jpg";
    const metadata = toOwnerMetadata("Anna Ö");
    const asked = { key, contentType: "image/jpeg", maxBytes: picture.length, expiresIn: 600, metadata };
    const { url, fields } = await stores.tickets.issue(asked);
    stores.close();
    const forged = { ...fields, "x-amz-meta-owner": "Ben" };
    expect((await send(url, forged, picture)).status).toBe(403);
    expect((await send(url, { ...fields }, picture)).status).toBe(204);
    expect(await server.waitUntilSettled(deriveImageId(key))).toMatchObject({
      key,
      status: "ready",
      owner: "Anna Ö",
    });
    // Issued over the API, it is for nobody: a server's one token names no one.
    const { imageId, ...ticket } = await requestTicket(picture.length);
    expect((await send(ticket.url, ticket.fields, picture)).status).toBe(204);
    expect(await server.waitUntilSettled(imageId)).not.toHaveProperty("owner");
  });

  it("is void after its expiry", async () => {
    const stores = local({ dir: place.data, uploadUrl: `${server.url}/uploads/form` });
    const key = "uploads/late.jpg";
    const asked = { key, contentType: "image/jpeg", maxBytes: picture.length, expiresIn: 1 };
    const { url, fields, expiresAt } = await stores.tickets.issue(asked);
    stores.close();
    await waitUntilFound(() => Date.now() > expiresAt.getTime());
    expect((await send(url, { ...fields }, picture)).status).toBe(403);
    expect((await fetch(`${server.url}/images/${deriveImageId(key)}`)).status).toBe(404);
  });
});
