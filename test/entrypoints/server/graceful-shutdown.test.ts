import { getPriority } from "node:os";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import { computeSha256 } from "../../../src/domain/model/digest.js";
import { drawTestImage } from "../../support/images.js";
import { createRandom } from "../../support/kill/random-kills.js";
import { killServerRandomly, readRecord } from "../../support/kill/server-kills.js";
import { judgeDirectory } from "../../support/kill/verdict.js";
import { isRunning, listChildren } from "../../support/processes.js";
import { chooseCount, SEED } from "../../support/sample.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, readJson, type Served, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(6);

const KILLS = chooseCount({ fast: 1, ordinary: 1, long: 5 });
const NOTHING = { lost: [], half: [], wrong: [] };

let place: Place;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** Uploads some pictures and resolves to their ids. */
async function uploadSome({ upload }: Served, count: number): Promise<readonly string[]> {
  const pictures = await Promise.all(
    Array.from({ length: count }, (_, index) => drawTestImage({ width: 500 + index, height: 400 })),
  );
  return Promise.all(pictures.map(upload));
}

describe("a server that is asked to stop", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "finishes its accepted images on %s, and ends with 0",
    async (signal) => {
      const server = await place.serve();
      const ids = await uploadSome(server, 8);
      server.kill(signal);
      expect(await server.ended).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("stopping when accepted uploads are processed"),
      });
      for (const imageId of ids)
        expect(await readRecord(place.data, imageId)).toMatchObject({ status: "ready" });
      expect(await judgeDirectory(place.data)).toEqual(NOTHING);
    },
  );

  it("accepts no more uploads, but answers those who are waiting", async () => {
    const server = await place.serve();
    const settler = server.getSettlerId();
    process.kill(settler, "SIGSTOP");
    const body = new Uint8Array(await drawTestImage());
    const waiting = fetch(`${server.url}/images`, { method: "POST", body, headers: { prefer: "wait=20" } });
    await waitUntilFound(async () => {
      const { items } = await readJson<{ items: unknown[] }>(fetch(`${server.url}/images`));
      return items.length === 1;
    });
    server.kill("SIGTERM");
    await waitUntilFound(() =>
      fetch(`${server.url}/health`).then(
        () => false,
        () => true,
      ),
    );
    process.kill(settler, "SIGCONT");
    expect((await waiting).status).toBe(200);
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  it("ends at once when asked again, and the next start continues", async () => {
    const server = await place.serve();
    const settler = server.getSettlerId();
    process.kill(settler, "SIGSTOP");
    const [imageId = ""] = await uploadSome(server, 1);
    server.kill("SIGINT");
    // Again and again, as an impatient person does: the first repeats count as one with the first.
    const again = setInterval(() => server.kill("SIGINT"), 50);
    const end = await server.exited.finally(() => clearInterval(again));
    process.kill(settler, "SIGCONT");
    // While it exits, Node gives the signals back to the system; an end by SIGINT is what a shell calls 130 as well.
    expect(end === "SIGINT" ? 130 : end).toBe(130);
    await server.ended;
    expect(await readRecord(place.data, imageId)).toMatchObject({ status: "pending" });
    await place.serve();
    await waitUntilFound(async () => (await readRecord(place.data, imageId))?.status === "ready");
  });
});

describe("a server that is killed", () => {
  it("settles accepted images after the restart, without a request, and leaves no process behind", async () => {
    const server = await place.serve();
    const settler = server.getSettlerId();
    // It cannot be done before the kill.
    process.kill(settler, "SIGSTOP");
    const ids = await uploadSome(server, 4);
    server.kill("SIGKILL");
    expect(await server.exited).toBe("SIGKILL");
    process.kill(settler, "SIGCONT");
    await waitUntilFound(() => !isRunning(settler));
    for (const imageId of ids)
      expect(await readRecord(place.data, imageId)).toMatchObject({ status: "pending" });
    const next = await place.serve();
    for (const imageId of ids)
      await waitUntilFound(async () => (await readRecord(place.data, imageId))?.status === "ready");
    next.kill("SIGTERM");
    expect(await next.ended).toMatchObject({ code: 0 });
    expect(await judgeDirectory(place.data)).toEqual(NOTHING);
  });

  it("continues when only its settler was killed", async () => {
    const server = await place.serve();
    const first = server.getSettlerId();
    process.kill(first, "SIGSTOP");
    const [imageId = ""] = await uploadSome(server, 1);
    process.kill(first, "SIGKILL");
    expect(await server.waitUntilSettled(imageId)).toMatchObject({ status: "ready" });
    expect(server.getSettlerId()).not.toBe(first);
    server.kill("SIGTERM");
    expect(await server.ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("settler process exited"),
    });
  });

  it("loses nothing to kills at random moments", async () => {
    const damage = await killServerRandomly({
      serve: () => place.serve(),
      data: place.data,
      kills: KILLS,
      random: createRandom(SEED),
      picture: async (width) => {
        const bytes = await drawTestImage({ width, height: 300 });
        return { bytes, hash: computeSha256(bytes) };
      },
    });
    expect(damage).toEqual({ kills: KILLS, accepted: expect.any(Number), ...NOTHING });
    // A single kill may come before the first upload.
    if (KILLS > 1) expect(damage.accepted).toBeGreaterThan(KILLS);
  });
});

describe("a server at work", () => {
  it("gives its renderers a lower priority than requests, but not its settler", async () => {
    const server = await place.serve();
    await server.waitUntilSettled(await server.upload(await drawTestImage()));
    const renderers = listChildren(server.getSettlerId());
    expect(renderers.length).toBeGreaterThan(0);
    for (const pid of renderers) expect(getPriority(pid)).toBe(Math.min(getPriority(server.pid) + 10, 19));
    expect(getPriority(server.getSettlerId())).toBe(getPriority(server.pid));
  });
});
