import { afterEach, describe, expect, it } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import type { OwnerSource } from "../../../src/domain/model/owner.js";
import type { Page } from "../../../src/domain/model/page.js";
import { bearerTokens, type Verdict } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { createBearerHeader, type RunningApi, readJson, startApi } from "./running-api.js";

const [ANNA, BEN, NOBODY] = ["annas-token-01234567", "bens-token-012345678", "nobodys-token-012345"];
const EVERYTHING = ["read", "write"] as const;
const AUTHORIZE = bearerTokens([
  { token: ANNA, permissions: EVERYTHING, owner: "anna" },
  { token: BEN, permissions: EVERYTHING, owner: "ben@example" },
  { token: NOBODY, permissions: EVERYTHING },
]);

describe("the owner of an upload", () => {
  let api: RunningApi;
  afterEach(() => api.close());

  const start = async (owner?: OwnerSource, authorize = AUTHORIZE) => {
    api = await startApi({
      ports: { config: { uploads: { owner } } },
      api: { authorize },
      idle: true,
    });
  };
  const drawJpeg = async () => new Uint8Array(await drawTestImage());

  /** Uploads with everything that a request could say about an owner. */
  async function upload(token: string): Promise<ImageDescription> {
    const form = new FormData();
    form.append("owner", "mallory");
    form.append("file", new Blob([await drawJpeg()]), "a.jpg");
    const headers = { ...createBearerHeader(token), "x-amz-meta-owner": "mallory", owner: "mallory" };
    const answer = await api.ask("/images?owner=mallory", { method: "POST", body: form, headers });
    const { imageId } = await readJson<{ imageId: string }>(answer);
    return settleImage(imageId, token);
  }
  async function uploadByTicket(token: string): Promise<ImageDescription> {
    const body = await drawJpeg();
    const asked = { contentType: "image/jpeg", bytes: body.length, fileName: "a.jpg", owner: "mallory" };
    const headers = { ...createBearerHeader(token), "content-type": "application/json" };
    const answer = await api.ask("/uploads", { method: "POST", body: JSON.stringify(asked), headers });
    const ticket = await readJson<{ imageId: string; fields: Record<string, string> }>(answer);
    await api.ports.tickets.redeem(ticket.fields, body);
    return settleImage(ticket.imageId, token);
  }
  async function settleImage(imageId: string, token: string): Promise<ImageDescription> {
    await api.settle();
    const image = await readJson<ImageDescription>(
      api.ask(`/images/${imageId}`, { headers: createBearerHeader(token) }),
    );
    expect(image).toMatchObject({ status: "ready", fileName: "a.jpg" });
    return image;
  }
  const listImages = async (query: string) =>
    (
      await readJson<Page<ImageDescription>>(
        api.ask(`/images?${query}`, { headers: createBearerHeader(NOBODY) }),
      )
    ).items;

  it("is the caller, by bytes and by ticket, and never a value from the request", async () => {
    await start("caller");
    for (const take of [upload, uploadByTicket]) {
      expect((await take(ANNA)).owner).toBe("anna");
      expect((await take(BEN)).owner).toBe("ben@example");
      expect(await take(NOBODY)).not.toHaveProperty("owner");
    }
  });

  it("is a filter of the listing", async () => {
    await start("caller");
    const annas = [await upload(ANNA), await upload(ANNA)].map(({ imageId }) => imageId);
    const [ben] = [await upload(BEN), await upload(NOBODY)];
    expect((await listImages("owner=anna")).map(({ imageId }) => imageId).sort()).toEqual(annas.sort());
    expect((await listImages("owner=ben%40example&status=ready")).map(({ imageId }) => imageId)).toEqual([
      ben.imageId,
    ]);
    expect(await listImages("owner=mallory")).toEqual([]);
    expect(await listImages("")).toHaveLength(4);
    for (const query of ["owner=", `owner=${"x".repeat(201)}`, "owner=anna&owner=ben"])
      expect([
        query,
        (await api.ask(`/images?${query}`, { headers: createBearerHeader(NOBODY) })).status,
      ]).toEqual([query, 400]);
  });

  it.each(["none", undefined] as const)("is not recorded if the configuration says %s", async (source) => {
    await start(source);
    const { key, ...image } = await upload(ANNA);
    expect(image).not.toHaveProperty("owner");
    expect((await api.ports.originals.head(key)).metadata).not.toHaveProperty("owner");
  });

  it("comes from the key if the configuration says so, whoever the caller is", async () => {
    await start("key");
    expect((await upload(ANNA)).owner).toBe("uploads");
    expect((await uploadByTicket(BEN)).owner).toBe("uploads");
  });

  it("is refused if no record can hold it, before anything is stored", async () => {
    let name = "";
    const identifyCaller = () => ({ owner: name });
    await start("caller", identifyCaller);
    for (name of ["", "a\nb", "a\u0000", "\ud800", "x".repeat(201), "ü".repeat(101)]) {
      const answer = await api.ask("/images", { method: "POST", body: await drawJpeg() });
      const { code, detail } = await readJson<{ code: string; detail: string }>(answer);
      expect([name, answer.status, code]).toEqual([name, 403, "forbidden"]);
      expect(detail).toContain("the owner");
      const body = JSON.stringify({ contentType: "image/jpeg", bytes: 1 });
      const headers = { "content-type": "application/json" };
      expect((await api.ask("/uploads", { method: "POST", body, headers })).status).toBe(403);
    }
    expect((await api.ports.originals.list("")).items).toEqual([]);
    // The longest, beside the longest name of a file, is still metadata that every store takes.
    name = "\u{1F3DE}".repeat(50);
    const form = new FormData();
    form.append("file", new Blob([await drawJpeg()]), "é".repeat(200));
    expect((await api.ask("/images", { method: "POST", body: form })).status).toBe(202);
    await api.settle();
    expect(await listImages(`owner=${encodeURIComponent(name)}`)).toHaveLength(1);
  });

  it("decides nothing about permissions", async () => {
    let verdict: Verdict = "forbidden";
    await start("caller", () => verdict);
    expect((await api.ask("/images")).status).toBe(403);
    verdict = "unauthenticated";
    expect((await api.ask("/images")).status).toBe(401);
    const readers = bearerTokens([{ token: ANNA, permissions: ["read"], owner: "anna" }]);
    const tryAuthorize = (permission: "read" | "write") =>
      readers(new Request("http://x", { headers: createBearerHeader(ANNA) }), permission, undefined);
    expect([tryAuthorize("read"), tryAuthorize("write")]).toEqual([{ owner: "anna" }, "forbidden"]);
    expect(() => bearerTokens([{ token: ANNA, permissions: [], owner: "" }])).toThrow("the owner");
  });
});

/** A request for a ticket of a store whose tickets bind metadata or not, and what came of it. */
async function requestTicket(metadata: boolean, { owner, token }: { owner: OwnerSource; token: string }) {
  const put = { method: "PUT", url: "https://x.example", headers: {}, fields: {} } as const;
  const tickets = {
    binds: { contentType: true, size: true, metadata },
    issue: async () => ({ ...put, expiresAt: new Date(0) }),
  };
  const ports = { config: { uploads: { owner } } };
  const api = await startApi({ ports, api: { authorize: AUTHORIZE, tickets }, idle: true });
  const body = JSON.stringify({ contentType: "image/jpeg", bytes: 1 });
  const headers = { ...createBearerHeader(token), "content-type": "application/json" };
  const answer = await api.ask("/uploads", { method: "POST", body, headers });
  await api.close();
  return [answer.status, (await readJson<{ detail?: string }>(answer)).detail];
}

it.each([ANNA, NOBODY])(
  "a ticket that does not bind metadata never lets its holder set the owner",
  async (token) => {
    const refused = [403, expect.stringContaining("expected POST /images")];
    expect(await requestTicket(false, { owner: "caller", token })).toEqual(refused);
    expect(await requestTicket(true, { owner: "caller", token })).toEqual([200, undefined]);
    expect(await requestTicket(false, { owner: "key", token })).toEqual([200, undefined]);
  },
);
