import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { bearerTokens } from "../../../src/entrypoints/http/index.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";

describe("a search by file name", () => {
  let api: RunningApi;
  beforeEach(async () => {
    api = await startApi({ idle: true });
    const bytes = new Uint8Array(await drawTestImage());
    for (const fileName of ["IMG_2.jpg", "img_1.jpg", "\u00c9t\u00e9.jpg", "Img_1.jpg", "other.jpg"])
      await api.pipeline.upload({ key: `k/${fileName}`, bytes, fileName });
    await api.pipeline.upload({ key: "k/img_0.txt", bytes: Uint8Array.of(1), fileName: "img_0.txt" });
    await api.settle();
  });
  afterEach(() => api.close());

  const createClient = () => safelightClient({ baseUrl: api.origin, token: TOKENS.read });

  it("finds the beginning in any case, page by page in the order of the names", async () => {
    const client = createClient();
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.list({ name: "IMG_", limit: 1, ...(cursor !== undefined && { cursor }) });
      names.push(...page.items.map(({ fileName }) => fileName));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(names.map((name) => name.toLowerCase())).toEqual([
      "img_0.txt",
      "img_1.jpg",
      "img_1.jpg",
      "img_2.jpg",
    ]);
    expect(new Set(names).size).toBe(4);
  });

  it("takes accents as they are written, and a status with it", async () => {
    const client = createClient();
    const listNames = async (query: object) =>
      (await client.list(query)).items.map(({ fileName }) => fileName);
    expect(await listNames({ name: "e\u0301T" })).toEqual(["\u00c9t\u00e9.jpg"]);
    expect(await listNames({ name: "img", status: "rejected" })).toEqual(["img_0.txt"]);
    expect(await listNames({ name: "mg" })).toEqual([]);
  });

  it.each([
    ["name=img&tag=cat", "no tag beside a name"],
    ["name=", "the beginning of a file's name"],
    [`name=${"x".repeat(256)}`, "at most 255 characters"],
    [`name=${encodeURIComponent("\u{1f4f7}".repeat(64))}`, "255 bytes of UTF-8"],
    ["name=%E2%80%8B", "at least one visible character"],
  ])("refuses %s in words", async (query, expected) => {
    const answer = await api.ask(`/images?${query}`);
    expect(answer.status).toBe(400);
    expect(await readJson<object>(answer)).toMatchObject({
      code: "invalid-input",
      detail: expect.stringContaining(expected),
    });
  });

  it("refuses a cursor of another listing", async () => {
    const client = createClient();
    const { cursor = "" } = await client.list({ name: "img", limit: 1 });
    for (const query of [{}, { name: "im" }, { name: "img", status: "ready" as const }])
      await expect(client.list({ ...query, cursor })).rejects.toMatchObject({ code: "invalid-input" });
    expect((await client.list({ name: "IMG", cursor })).items).toHaveLength(3);
  });

  it("finds a bound caller's own images alone", async () => {
    const token = "annas-token-01234567";
    const authorize = bearerTokens([{ token, permissions: ["read"], owner: "anna", bound: true }]);
    const owned = await startApi({ ports: { config: { uploads: { owner: "caller" } } }, api: { authorize } });
    const bytes = new Uint8Array(await drawTestImage());
    for (const owner of ["anna", "ben"])
      await owned.pipeline.upload({ key: `k/${owner}`, bytes, fileName: "IMG.jpg", owner });
    const { items } = await safelightClient({ baseUrl: owned.origin, token }).list({ name: "img" });
    await owned.close();
    expect(items.map(({ key }) => key)).toEqual(["k/anna"]);
  });

  it("is refused where names have no index, and the status says so beforehand", async () => {
    expect((await createClient().getStatus()).capabilities).toMatchObject({ searchByName: true });
    const records = new Proxy(api.ports.records, {
      get: (target, name) => {
        const value: unknown = name === "listByName" ? undefined : Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const other = await startApi({ ports: { ...api.ports, records } });
    const client = safelightClient({ baseUrl: other.origin, token: TOKENS.read });
    const [status, refused] = [await client.getStatus(), await client.list({ name: "img" }).catch((e) => e)];
    await other.close();
    expect(status.capabilities).toMatchObject({ searchByName: false });
    expect(refused).toMatchObject({ code: "invalid-input", status: 400 });
    expect(String(refused)).toContain("does not search by it");
  });
});
