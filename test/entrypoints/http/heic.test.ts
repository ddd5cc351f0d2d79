import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { CARD_SIZE, readHeic } from "../../support/heic-files.js";
import { type RunningApi, readJson, startApi, TOKENS } from "./running-api.js";

describe("an API that lets HEIC in", () => {
  let api: RunningApi;
  beforeAll(async () => {
    const config = pipelineConfig({ uploads: { formats: ["jpeg", "heic"] } });
    api = await startApi({ ports: { config } });
  });
  afterAll(() => api.close());

  it("takes an upload and says what it is", async () => {
    const body = new Uint8Array(readHeic("phone"));
    const image = await readJson<{ key: string }>(
      api.ask("/images", { method: "POST", body, headers: { prefer: "wait=20" } }),
    );
    expect(image).toMatchObject({
      status: "ready",
      source: { format: "heic", contentType: "image/heic", orientation: 1, ...CARD_SIZE },
    });
    expect(image.key).toMatch(/\.heic$/);
  });

  it.each(["image/heic", "image/heif", "IMAGE/HEIC"])(
    "issues tickets for files that are sent as %s",
    async (contentType) => {
      const answer = await api.ask("/uploads", {
        method: "POST",
        body: JSON.stringify({ contentType, bytes: 1_000 }),
        headers: { "content-type": "application/json" },
      });
      expect((await readJson<{ key: string }>(answer)).key).toMatch(/^uploads\/[0-9a-f-]{36}\.heic$/);
      const issued = [...api.ports.tickets.issued.values()].at(-1);
      expect(issued?.contentType).toBe("image/heic");
    },
  );

  it("names all of its content types to whoever asks for another", async () => {
    const answer = await api.ask("/uploads", {
      method: "POST",
      body: JSON.stringify({ contentType: "image/png", bytes: 1_000 }),
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(415);
    expect((await readJson<{ detail: string }>(answer)).detail).toContain(
      "image/jpeg, image/jpg, image/pjpeg, image/heic, image/heif",
    );
  });

  it.each(["IMG_0001.HEIC", "photo.heif"])(
    "is told the type of a file that has none by the client: %s",
    async (name) => {
      const asked: unknown[] = [];
      const client = safelightClient({
        baseUrl: api.origin,
        token: TOKENS.both,
        fetch: async (input, init) => {
          if (String(input).endsWith("/uploads")) asked.push(JSON.parse(String(init?.body)));
          return Response.json({ code: "forbidden" }, { status: 403 });
        },
      });
      await expect(client.upload(new File([new Uint8Array(9)], name))).rejects.toThrow();
      expect(asked).toMatchObject([{ contentType: "image/heic" }]);
    },
  );
});
