import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeAll, beforeEach, describe, expect } from "@jest/globals";
import type { ImageEvent } from "../../../src/domain/model/image-event.js";
import { drawTestImage } from "../../support/images.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, type Served, waitUntilFound } from "./start-server.js";

const it = takeSampleOfTests(3);

let place: Place;

beforeAll(buildCommand);
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** A stream of events, and what has come of it. */
async function openStream(url: string, lastEventId?: string) {
  const stop = new AbortController();
  const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const answer = await fetch(`${url}/events`, { headers, signal: stop.signal });
  let text = "";
  const ended = (async () => {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  })().catch((error: unknown) => error);
  const readEvents = () =>
    [...text.matchAll(/^event: (.+)\nid: (.+)\ndata: (.+)\n\n/gm)].map(([, type, id, data = ""]) => {
      const event = JSON.parse(data) as ImageEvent;
      expect([type, id]).toEqual([event.type, event.id]);
      return event;
    });
  const readPlace = () =>
    text
      .match(/^id: .+$/gm)
      ?.at(-1)
      ?.slice("id: ".length);
  return { answer, readEvents, readPlace, ended, close: () => stop.abort() };
}

/** Runs a command beside the server, on its data directory, and resolves to its output. */
async function runOnSameData(words: readonly string[]): Promise<string> {
  const { child, ended } = place.run([...words, "--data", "data"]);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`${code}: ${stderr}`);
  return output;
}

describe("a stream of events", () => {
  it("has each event of every process exactly once, also over a break, and is what the command prints", async () => {
    const server: Served = await place.serve();
    const first = await openStream(server.url);
    expect(first.answer.headers.get("content-type")).toBe("text/event-stream");
    const uploaded = await server.upload(await drawTestImage({ width: 300, height: 200 }));
    await waitUntilFound(() => first.readEvents().length === 1);
    place.write("a.jpg", await drawTestImage({ width: 301, height: 200 }));
    await runOnSameData(["process", "a.jpg"]);
    await waitUntilFound(() => first.readEvents().length === 2);
    const last = first.readPlace();
    first.close();
    place.write("b.jpg", await drawTestImage({ width: 302, height: 200 }));
    await runOnSameData(["process", "b.jpg"]);
    const second = await openStream(server.url, last);
    await fetch(`${server.url}/images/${uploaded}`, { method: "DELETE" });
    await waitUntilFound(() => second.readEvents().length >= 2);
    const all = [...first.readEvents(), ...second.readEvents()];
    expect(all.map(({ type, key, imageId }) => [type, imageId === uploaded ? "" : key])).toEqual([
      ["ImageReady", ""],
      ["ImageReady", "a.jpg"],
      ["ImageReady", "b.jpg"],
      ["ImageRemoved", ""],
    ]);
    // The URLs are those of this server, whoever has published the event.
    for (const { record } of all)
      for (const { url } of record?.renditions ?? []) expect(url).toMatch(`${server.url}/renditions/`);
    const printed = (await runOnSameData(["events", "--json"])).trim().split("\n");
    expect(printed.map((line) => JSON.parse(line).id)).toEqual(all.map(({ id }) => id));
    const since = await runOnSameData(["events", "--since", all[1]?.id ?? "", "--type", "ImageRemoved"]);
    expect(since).toMatch(/^\S+ {2}ImageRemoved {3}\S+ {2}\S+\n$/);
    second.close();
  });

  it("goes on after the place that came before the first event, and refuses one that is not kept", async () => {
    const { url, upload } = await place.serve();
    const id = await upload(await drawTestImage({ width: 300, height: 200 }));
    const first = await openStream(url);
    await waitUntilFound(async () => (await (await fetch(`${url}/images/${id}`)).text()).includes('"ready"'));
    await waitUntilFound(async () => (await fetch(`${url}/events?after=unknown`)).status === 404);
    const other = await openStream(`${url}`);
    const start = await waitUntilFound(() => other.readPlace());
    other.close();
    await fetch(`${url}/images/${id}`, { method: "DELETE" });
    const again = await openStream(url, start);
    await waitUntilFound(() => again.readEvents().some(({ type }) => type === "ImageRemoved"));
    first.close();
    again.close();
  });

  it("ends at once when the server stops, and holds up nothing, also where nobody reads it", async () => {
    const server = await place.serve();
    const stream = await openStream(server.url);
    const { port } = new URL(server.url);
    const silent = connect(Number(port), "127.0.0.1");
    silent.on("error", () => {});
    silent.write("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await once(silent, "readable");
    server.kill("SIGTERM");
    await stream.ended;
    const { code, stderr } = await server.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("left") });
    silent.destroy();
  });
});
