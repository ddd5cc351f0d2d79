import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { sharpEngine } from "../../../src/adapters/sharp/index.js";
import { checkEdits } from "../../../src/domain/model/edits.js";
import type { ImageId } from "../../../src/domain/model/image-id.js";
import type { ImageDescription, ImageRecord } from "../../../src/domain/model/image-record.js";
import type { Page } from "../../../src/domain/model/page.js";
import type { RenditionKey } from "../../../src/domain/model/rendition.js";
import { edit as editSchema } from "../../../src/entrypoints/http/edit-schema.js";
import { decorate } from "../../../src/ports/checked/decorate.js";
import { drawTestImage } from "../../support/images.js";
import { type RunningApi, readJson, startApi } from "./running-api.js";

/** Two crops, what is no crop, and a crop that asks for another place itself. */
const THUMBNAILS = {
  thumb: { width: 40, height: 40, format: "jpeg" },
  tall: { width: 20, height: 40, position: "entropy", format: "png" },
  whole: { width: 48, format: "png" },
  framed: { width: 40, height: 40, fit: "contain", format: "png" },
} as const;

const MERGE_PATCH = { "content-type": "application/merge-patch+json" };
const WAITS = { prefer: "wait=20" };

describe("PATCH /images/{id}", () => {
  /** Nobody works its queue until it is settled. */
  let api: RunningApi;
  let jpeg: Uint8Array<ArrayBuffer>;
  /** Runs while a handler renders. */
  let whileRendering: () => Promise<void>;
  beforeEach(async () => {
    whileRendering = async () => {};
    const sharp = sharpEngine();
    const engine = decorate(sharp, {
      render: async (...given: Parameters<typeof sharp.render>) => {
        await whileRendering();
        return sharp.render(...given);
      },
    });
    api = await startApi({ ports: { config: { thumbnails: THUMBNAILS }, engine }, idle: true });
    jpeg = new Uint8Array(await drawTestImage());
  });
  afterEach(() => api.close());

  const upload = async () =>
    (await readJson<ImageDescription>(api.ask("/images", { method: "POST", body: jpeg }))).imageId;
  const uploadUntilReady = async () => {
    const imageId = await upload();
    await api.settle();
    return getImage(imageId);
  };
  const send = (id: string, body: string, headers: Record<string, string> = {}) =>
    api.ask(`/images/${id}`, {
      method: "PATCH",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  const edit = (id: string, body: unknown, headers = {}) => send(id, JSON.stringify(body), headers);
  const sendEdit = async (id: string, body: unknown, headers = {}) => {
    const answer = await edit(id, body, headers);
    expect([body, answer.status]).toEqual([body, 200]);
    return readJson<ImageDescription>(answer);
  };
  const getImage = (id: string) => readJson<ImageDescription>(api.ask(`/images/${id}`));
  const record = (id: string) => api.ports.records.get(id as ImageId);
  const listEvents = () => api.ports.events.published.map(({ type }) => type);
  /** The requests that nobody has settled. */
  const open = async () => (await api.ports.queue.receive({ limit: 10 })).map(({ change }) => change);
  /** Works the queue until something is answered. */
  const settleWhileAwaiting = async (answer: Promise<unknown>) => {
    let answered = false;
    const done = answer.finally(() => {
      answered = true;
    });
    while (!answered) {
      await api.settle();
      await nextTurn();
    }
    await done;
  };
  const listRecipes = (one: ImageRecord | undefined) =>
    one?.renditions.map(({ name, recipe }) => [name, recipe]);
  const listUrls = ({ renditions }: ImageDescription) =>
    Object.fromEntries(renditions.map(({ name, url }) => [name, url]));

  it("merges its fields into the record, and null deletes a field", async () => {
    const before = await uploadUntilReady();
    const steps: [unknown, object][] = [
      [{ alt: "A lake" }, { alt: "A lake" }],
      [{ title: "Lake" }, { alt: "A lake", title: "Lake" }],
      [{}, { alt: "A lake", title: "Lake" }],
      [{ alt: "" }, { alt: "", title: "Lake" }],
      [
        { alt: null, focalPoint: { x: 0, y: 1 } },
        { title: "Lake", focalPoint: { x: 0, y: 1 } },
      ],
      [{ focalPoint: null, title: null }, {}],
    ];
    for (const [body, said] of steps) {
      const { alt, title, focalPoint, ...rest } = await sendEdit(before.imageId, body, MERGE_PATCH);
      expect([body, JSON.parse(JSON.stringify({ alt, title, focalPoint }))]).toEqual([body, said]);
      expect(rest).toMatchObject({ imageId: before.imageId, key: before.key, createdAt: before.createdAt });
      expect(await getImage(before.imageId)).toMatchObject(said);
    }
  });

  it("shows edits and owner, and nothing that only handlers need", async () => {
    const { imageId } = await uploadUntilReady();
    const image = await sendEdit(imageId, { alt: "A lake", focalPoint: { x: 0.25, y: 0.5 } });
    const [first] = image.renditions;
    expect(Object.keys(image)).toEqual(
      "imageId key status createdAt processedAt fileName alt focalPoint source placeholder tags renditions urls".split(
        " ",
      ),
    );
    expect(Object.keys(first ?? {})).not.toContain("recipe");
  });

  it("moves exactly the crops to a new focal point, and no other URL", async () => {
    const before = await uploadUntilReady();
    await sendEdit(before.imageId, { focalPoint: { x: 0, y: 0.5 } });
    await api.settle();
    const after = await getImage(before.imageId);
    const [was, is] = [listUrls(before), listUrls(after)];
    const moved = Object.keys(was).filter((name) => was[name] !== is[name]);
    expect(moved.sort()).toEqual(["tall", "thumb"]);
    expect(Object.keys(is).sort()).toEqual(Object.keys(was).sort());
    const found = (await api.ports.renditions.list("")).items.map(({ key }) => key).sort();
    expect(found).toEqual(after.renditions.map(({ key }) => key).sort());
  });

  it("answers at once, or once the crops are rendered if asked to wait", async () => {
    const before = await uploadUntilReady();
    const now = await sendEdit(before.imageId, { focalPoint: { x: 1, y: 1 } });
    expect([now.focalPoint, listUrls(now)]).toEqual([{ x: 1, y: 1 }, listUrls(before)]);
    const waiting = sendEdit(before.imageId, { focalPoint: { x: 0, y: 0 } }, WAITS);
    await settleWhileAwaiting(waiting);
    expect(listUrls(await waiting).thumb).not.toBe(listUrls(before).thumb);
    expect(await waiting).toEqual(await getImage(before.imageId));
  });

  it("publishes one event for an edit, and no event and no request for an edit without a change", async () => {
    const { imageId } = await uploadUntilReady();
    await sendEdit(imageId, { alt: "A lake", focalPoint: { x: 0.5, y: 0.5 } });
    await api.settle();
    const [told, written] = [listEvents(), await record(imageId)];
    expect(told.filter((type) => type === "ImageEdited")).toHaveLength(1);
    for (const body of [
      {},
      { alt: "A lake" },
      { alt: "A lake", title: null },
      { focalPoint: { y: 0.5, x: 0.5 } },
    ])
      await sendEdit(imageId, body);
    expect([listEvents(), await record(imageId), await open()]).toEqual([told, written, []]);
  });

  it("keeps both of two edits at once", async () => {
    const { imageId } = await uploadUntilReady();
    const said = { alt: "A lake", title: "Lake", focalPoint: { x: 0.1, y: 0.2 } };
    await Promise.all(Object.entries(said).map(([name, value]) => sendEdit(imageId, { [name]: value })));
    await api.settle();
    expect(await getImage(imageId)).toMatchObject(said);
    expect(listEvents().filter((type) => type === "ImageEdited")).toHaveLength(3);
    expect((await record(imageId))?.outbox).toBeUndefined();
  });

  it("edits a pending image, and the settlement keeps the edit", async () => {
    const imageId = await upload();
    const said = { alt: "A lake", focalPoint: { x: 0, y: 0 } };
    expect(await sendEdit(imageId, said)).toMatchObject({ status: "pending", ...said });
    await api.settle();
    const image = await getImage(imageId);
    expect(image).toMatchObject({ status: "ready", ...said });
    expect(listEvents()).toEqual(["ImageEdited", "ImageReady"]);
    expect(await open()).toEqual([]);
  });

  it.each([
    ["the first settlement", async () => {}],
    ["a later one", async (key: string) => void (await api.pipeline.requestProcessing(key, { force: true }))],
  ])("is lost by no settlement that runs at the same time: %s", async (which, begin) => {
    const said = { alt: "A lake", title: "Lake", focalPoint: { x: 0, y: 0.5 } };
    const calm = await uploadUntilReady();
    await sendEdit(calm.imageId, said);
    await api.settle();
    const imageId = which === "a later one" ? (await uploadUntilReady()).imageId : await upload();
    await begin((await getImage(imageId)).key);
    let edits = 0;
    whileRendering = async () => {
      edits += 1;
      if (edits === 1) await sendEdit(imageId, said);
    };
    await api.settle();
    expect(edits).toBeGreaterThan(0);
    const [one, other] = [await record(imageId), await record(calm.imageId)];
    expect(one).toMatchObject({ status: "ready", ...said });
    expect(listRecipes(one)).toEqual(listRecipes(other));
    expect(one).not.toHaveProperty("outbox");
    expect(await open()).toEqual([]);
  });

  it("leaves the outbox to the handlers, and adds its own event", async () => {
    const { imageId } = await uploadUntilReady();
    const left = await record(imageId);
    if (left?.status !== "ready") throw new Error("expected an image that is ready");
    const told = { type: "ImageReady", version: left.version, time: left.processedAt } as const;
    const invalidations = ["an/old/key.jpg" as RenditionKey];
    const unfinished = { ...left, edition: left.edition + 1, outbox: { invalidations, events: [told] } };
    await api.ports.records.commit(unfinished, { replacing: left });
    const before = listEvents().length;
    expect(await sendEdit(imageId, { alt: "A lake" })).toMatchObject({ alt: "A lake" });
    expect(await record(imageId)).toMatchObject({
      outbox: { invalidations, events: [told, { type: "ImageEdited" }] },
    });
    expect([listEvents().length, api.ports.urls.invalidated]).toEqual([before, []]);
    await api.settle();
    expect(listEvents().slice(before)).toEqual(["ImageReady", "ImageEdited"]);
    expect(api.ports.urls.invalidated).toEqual(invalidations);
    expect(await record(imageId)).not.toHaveProperty("outbox");
  });

  it("edits a rejected image, and renders nothing for it", async () => {
    await api.ports.originals.put("bad.jpg", Buffer.from("not an image"), { contentType: "image/jpeg" });
    await api.settle();
    const [bad] = (await readJson<Page<ImageDescription>>(api.ask("/images?status=rejected"))).items;
    const image = await sendEdit(bad?.imageId ?? "", { title: "Notes", focalPoint: { x: 0, y: 0 } });
    expect(image).toMatchObject({
      status: "rejected",
      title: "Notes",
      failure: { code: bad?.failure?.code },
    });
    expect(await open()).toEqual([]);
  });

  it("answers 404 for an unknown image and for a removed one", async () => {
    const { imageId } = await uploadUntilReady();
    await api.ask(`/images/${imageId}`, { method: "DELETE" });
    await api.settle();
    for (const id of [imageId, "a".repeat(22)]) {
      const answer = await edit(id, { alt: "A lake" });
      expect([answer.status, (await readJson<{ code: string }>(answer)).code]).toEqual([404, "not-found"]);
    }
    expect((await edit("short", { alt: "A lake" })).status).toBe(400);
  });

  it("accepts all that people write: scripts that run from right to left, emoji with joiners, 2,000 characters", async () => {
    const { imageId } = await uploadUntilReady();
    const family = "\u{1F469}\u200d\u{1F469}\u200d\u{1F467}";
    for (const alt of [
      "",
      " ",
      "אגם בזריחה \u202eabc",
      `${family} beside a lake`,
      "\u{1F3DE}".repeat(2_000),
      "é".repeat(2_000),
    ])
      expect((await sendEdit(imageId, { alt, title: alt })).alt).toBe(alt);
    const escaped = `{"alt":"${"\\ud83c\\udfde".repeat(2_000)}"}`;
    expect((await send(imageId, escaped)).status).toBe(200);
    // One place, with or without a sign.
    expect(
      (await readJson<ImageDescription>(send(imageId, '{"focalPoint":{"x":-0,"y":-0.0}}'))).focalPoint,
    ).toEqual({
      x: 0,
      y: 0,
    });
  });

  it("refuses everything else by its path, in one sentence, and changes nothing", async () => {
    const { imageId } = await uploadUntilReady();
    const before = await record(imageId);
    const formatFocalPoint = (x: unknown, y: unknown = 0.5) => JSON.stringify({ focalPoint: { x, y } });
    const refusals: [body: string, path: string][] = [
      [formatFocalPoint(1.0000001), "focalPoint.x"],
      [formatFocalPoint(0, -0.0000001), "focalPoint.y"],
      [formatFocalPoint("0.5"), "focalPoint.x"],
      [formatFocalPoint(null), "focalPoint.x"],
      [formatFocalPoint([0.5]), "focalPoint.x"],
      ['{"focalPoint":{"x":1e400,"y":0}}', "focalPoint.x"],
      ['{"focalPoint":{"x":0.5}}', "focalPoint.y"],
      ['{"focalPoint":{"x":0.5,"y":0.5,"z":0}}', "focalPoint"],
      ['{"focalPoint":{"x":0.5,"y":0.5,"__proto__":{}}}', "focalPoint"],
      ['{"focalPoint":[0.5,0.5]}', "focalPoint"],
      ['{"focalPoint":"center"}', "focalPoint"],
      ['{"focalPoint":{}}', "focalPoint.x"],
      [JSON.stringify({ alt: "x".repeat(2_001) }), "alt"],
      [JSON.stringify({ title: "\u{1F3DE}".repeat(2_001) }), "title"],
      ['{"alt":"a\\nb"}', "alt"],
      ['{"alt":"a\\u0000b"}', "alt"],
      ['{"alt":"a\\u2028b"}', "alt"],
      ['{"alt":"\\ud800"}', "alt"],
      ['{"alt":5}', "alt"],
      ['{"alt":["a"]}', "alt"],
      ['{"title":{}}', "title"],
      ['{"title":true}', "title"],
      ['{"owner":"me"}', "the body"],
      ['{"tags":[]}', "the body"],
      ['{"edition":7}', "the body"],
      ['{"__proto__":{"alt":"x"}}', "the body"],
      ['{"constructor":{}}', "the body"],
      ["null", "the body"],
      ["[]", "the body"],
      ['"alt"', "the body"],
      ["5", "the body"],
      ["{", "the body"],
      ['{"focalPoint":{"x":NaN,"y":0}}', "the body"],
      ["", "the body"],
    ];
    for (const [body, path] of refusals) {
      const answer = await send(imageId, body, MERGE_PATCH);
      const problem = await readJson<{ code: string; detail: string }>(answer);
      expect([body, answer.status, problem.code]).toEqual([body, 400, "invalid-input"]);
      expect([body, problem.detail]).toEqual([
        body,
        expect.stringMatching(
          new RegExp(
            `^(?:expected [^\\n]* for ${path.replace(".", "\\.")} but received |unknown field in ${path}: )`,
          ),
        ),
      ]);
    }
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
      expect([type, (await send(imageId, '{"alt":"x"}', { "content-type": type })).status]).toEqual([
        type,
        415,
      ]);
    expect((await send(imageId, `{"alt":"${"x".repeat(70_000)}"}`)).status).toBe(413);
    expect(await record(imageId)).toEqual(before);
    expect(({} as { alt?: string }).alt).toBeUndefined();
  });

  it("accepts and refuses exactly what the library accepts and refuses", () => {
    const piece = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, "", "a\u0085b", 0, 1, -0, "x".repeat(2_000), "x".repeat(2_001)),
      fc.record({ x: fc.double(), y: fc.double({ min: 0, max: 1 }) }),
      fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.constantFrom(0, 1, -0) }),
      fc.string({ unit: "binary" }),
    );
    const body = fc.dictionary(fc.constantFrom("focalPoint", "alt", "title", "owner", "__proto__"), piece, {
      maxKeys: 3,
    });
    const isTaken = (value: unknown) => {
      try {
        checkEdits(value);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: body }, fc.jsonValue()), (value) => {
        // As it comes out of a body.
        const read: unknown = JSON.parse(JSON.stringify(value));
        expect(editSchema.safeParse(read).success).toBe(isTaken(read));
      }),
      { numRuns: 2_000 },
    );
  });
});
