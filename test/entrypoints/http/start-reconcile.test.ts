import { afterEach, describe, expect, it } from "@jest/globals";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { bearerTokens } from "../../../src/entrypoints/http/index.js";
import { createBearerHeader, type RunningApi, startApi, TOKENS } from "./running-api.js";

describe("starting to reconcile by the API", () => {
  let api: RunningApi;
  afterEach(() => api.close());

  const createClient = (token: string) => safelightClient({ baseUrl: api.origin, token });

  it("is a route only where the server starts it, and the status says so", async () => {
    api = await startApi();
    const ask = () => api.ask("/reconcile", { method: "POST", headers: createBearerHeader(TOKENS.write) });
    expect((await ask()).status).toBe(404);
    expect((await createClient(TOKENS.read).getStatus()).capabilities.startReconcile).toBe(false);
    await expect(createClient(TOKENS.write).startReconcile()).rejects.toMatchObject({ code: "not-found" });
    await api.close();
    api = await startApi({ api: { startReconcile: async () => true } });
    expect((await ask()).status).toBe(202);
    expect((await createClient(TOKENS.read).getStatus()).capabilities.startReconcile).toBe(true);
  });

  it("tells whether a run was started or goes on, and why it cannot be", async () => {
    const refuse = () => {
      throw new SafelightError("conflict", "another configuration is deployed");
    };
    const answers: (() => boolean)[] = [() => true, () => false, refuse, refuse];
    api = await startApi({ api: { startReconcile: async () => answers.shift()?.() ?? false } });
    const client = createClient(TOKENS.write);
    expect(await client.startReconcile()).toEqual({ started: true });
    expect(await client.startReconcile()).toEqual({ started: false });
    await expect(client.startReconcile()).rejects.toMatchObject({ code: "conflict", status: 409 });
    const refused = await api.ask("/reconcile", {
      method: "POST",
      headers: createBearerHeader(TOKENS.write),
    });
    // Nobody has changed anything: the title must not say so.
    expect(await refused.json()).toMatchObject({
      title: "The request conflicts with the current state",
      detail: "another configuration is deployed",
    });
  });

  it("is for those who may write, and for nobody who is bound to an owner", async () => {
    let starts = 0;
    const startReconcile = async () => {
      starts += 1;
      return true;
    };
    const bound = "annas-token-01234567";
    const authorize = bearerTokens([
      { token: TOKENS.read, permissions: ["read"] },
      { token: bound, permissions: ["read", "write"], owner: "anna", bound: true },
    ]);
    api = await startApi({
      ports: { config: { uploads: { owner: "caller" } } },
      api: { authorize, startReconcile },
    });
    for (const token of [TOKENS.read, bound])
      await expect(createClient(token).startReconcile()).rejects.toMatchObject({ code: "forbidden" });
    expect((await createClient(bound).getStatus()).capabilities.startReconcile).toBe(false);
    expect(starts).toBe(0);
  });
});
