import { afterAll, beforeAll, expect } from "@jest/globals";
import type { ImageDescription } from "../../../src/domain/model/image-record.js";
import { runCommand } from "../../support/containers/running-command.js";
import { createSharedStores, type SharedStores } from "../../support/containers/shared-stores.js";
import { drawTestImage } from "../../support/images.js";
import { describeOnPostgres } from "../../support/postgres/index.js";
import { waitUntilTrue } from "../../support/processes.js";
import { startS3rver } from "../../support/s3-stores/s3rver.js";
import type { S3StoreServer } from "../../support/s3-stores/server.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { createSecret, startSubscriber, verifyRequest } from "../../support/subscriber.js";
import { CommandPlace, countSettled, uploadImage, waitUntilSettled } from "./command-place.js";

const it = takeSampleOfTests(6);

const place = new CommandPlace();

async function readStatuses(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/images?limit=100`);
  const { items } = (await answer.json()) as { items: readonly ImageDescription[] };
  return items.map(({ status }) => status);
}

describeOnPostgres("safelight serve and safelight work on one database and one store", () => {
  let store: S3StoreServer;
  let shared: SharedStores;

  beforeAll(async () => {
    store = await startS3rver();
    shared = await createSharedStores(store);
  });

  afterAll(() => store.close());

  it("take an upload in, render it elsewhere, and serve its renditions", async () => {
    const env = {
      ...shared.settings,
      SAFELIGHT_RENDITIONS_URL: "",
      SAFELIGHT_PUBLIC_URL: "http://127.0.0.1:1/api",
    };
    const api = await place.serve(env, "--no-work");
    const worker = await place.work(env, "--log", "info");
    const record = await uploadImage(api.address);
    expect(record.status).toBe("ready");
    const [url = ""] = record.renditions.map((one) => one.url);
    expect(url).toContain("http://127.0.0.1:1/api/renditions/");
    const { pathname } = new URL(url);
    expect((await fetch(`${api.address}${pathname.replace("/api", "")}`)).status).toBe(200);
    expect(worker.log.map(({ fields }) => fields?.outcome)).toContain("ready");
    expect((await fetch(worker.address)).status).toBe(200);
    worker.kill("SIGTERM");
    expect(await worker.ended).toMatchObject({ end: 0, stdout: expect.stringMatching(/settled \d+ change/) });
    api.kill("SIGTERM");
    expect((await api.ended).end).toBe(0);
  });

  it.each([
    ["finishes what it has in hand", {}],
    ["hands back what it has no time for", { SAFELIGHT_STOP_SECONDS: "0" }],
  ])("stop at once: a worker %s, and another one does the rest", async (_how, env) => {
    const stores = { ...(await createSharedStores(store)).settings, ...env };
    const api = await place.serve(stores, "--no-work");
    const bytes = await drawTestImage({ width: 1_200, height: 900 });
    for (let index = 0; index < 8; index += 1)
      await fetch(`${api.address}/images`, { method: "POST", body: new Uint8Array(bytes) });
    const first = await place.work(stores, "--concurrency", "2");
    await waitUntilSettled(first, 1);
    first.kill("SIGTERM");
    expect((await first.ended).end).toBe(0);
    const settled = countSettled(first);
    expect(settled).toBeLessThan(8);
    const second = await place.work(stores);
    await waitUntilSettled(second, 8 - settled);
    expect(await readStatuses(api.address)).toEqual(Array(8).fill("ready"));
  });

  it("send the events that a worker has made to a subscriber", async () => {
    const shop = await startSubscriber((response, _, number) =>
      response.writeHead(number === 0 ? 410 : 204).end(),
    );
    const webhooks = { shop: { url: shop.url, secret: "SHOP_SECRET" } };
    const config = place.write("webhooks.json", JSON.stringify({ webhooks }));
    const env = { ...(await createSharedStores(store)).settings, SAFELIGHT_CONFIG: config };
    const secret = createSecret();
    const api = await place.serve({ ...env, SHOP_SECRET: secret }, "--no-work");
    await place.work(env);
    const { imageId } = await uploadImage(api.address);
    await waitUntilTrue(() => shop.received.length === 1);
    const runEvents = async (...words: readonly string[]) => {
      const { code, stdout } = await runCommand(["events", ...words], { cwd: place.dir, env });
      expect(code).toBe(0);
      return stdout;
    };
    while (!(await runEvents("--failed", "--json")).includes('"lastAnswer":"410'));
    expect(await runEvents("--resend", "all")).toContain("1 delivery due again");
    await waitUntilTrue(() => shop.received.length === 2);
    for (const request of shop.received)
      expect(verifyRequest(request, secret)).toMatchObject({ type: "ImageReady", imageId });
    expect(await runEvents("--json")).toContain(imageId);
    await shop.close();
  });

  it("accept no upload while too many images wait", async () => {
    const api = await place.serve(
      (await createSharedStores(store)).settings,
      "--no-work",
      "--max-waiting",
      "1",
    );
    const bytes = new Uint8Array(await drawTestImage({ width: 40, height: 30 }));
    const upload = () => fetch(`${api.address}/images`, { method: "POST", body: bytes });
    expect((await upload()).status).toBe(202);
    const refused = await upload();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  });

  it("do both in one process, with settings from a file and from the environment before it", async () => {
    const { settings } = await createSharedStores(store);
    const lines = Object.entries({ ...settings, SAFELIGHT_PORT: "none", PGAPPNAME: "from-the-file" });
    const file = place.write("settings.env", lines.map(([name, value]) => `${name}=${value}\n`).join(""));
    const api = await place.serve({ SAFELIGHT_SETTINGS: file });
    expect((await uploadImage(api.address)).status).toBe("ready");
    place.write("settings.env", "SAFELIGHT_PROT=80\nSAFELIGHT_LOG=loud\nSAFELIGHT_CONCURRENCY=0\n");
    const { code, stderr } = await runCommand(["work", "--settings", file, "--concurrency", "2"], {
      cwd: place.dir,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('"SAFELIGHT_PROT"');
    expect(stderr).toContain('expected debug, info, warn or error for SAFELIGHT_LOG but received "loud"');
    expect(stderr).not.toContain("SAFELIGHT_CONCURRENCY");
  });
});
