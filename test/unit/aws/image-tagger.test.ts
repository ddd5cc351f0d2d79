import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import sharp from "sharp";
import { RekognitionTagger } from "../../../src/adapters/aws/image-tagger.js";
import { readJpegSize } from "../../../src/adapters/aws/jpeg-size.js";
import { createClientOptions } from "../../support/cloud/clients.js";
import { startRekognition } from "../../support/cloud/rekognition.js";

let rekognition: Awaited<ReturnType<typeof startRekognition>>;
let client: RekognitionClient;

beforeAll(async () => {
  rekognition = await startRekognition();
  client = new RekognitionClient(createClientOptions(rekognition.endpoint));
});

beforeEach(() => {
  rekognition.requests.length = 0;
});

afterAll(async () => {
  client.destroy();
  await rekognition.close();
});

function drawPicture(width: number, height: number, progressive = false): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "teal" } })
    .jpeg({ progressive })
    .withExif({ IFD0: { Copyright: "somebody" } })
    .toBuffer();
}

it("asks for labels only, unless moderation is asked for", async () => {
  const jpeg = await drawPicture(80, 80);
  expect(await new RekognitionTagger({ client, maxLabels: 3, minConfidence: 60 }).tag({ jpeg })).toEqual([
    { name: "Animal", confidence: 99.5 },
    { name: "Cat", confidence: 84 },
    { name: "Weapons", confidence: 77 },
  ]);
  expect(rekognition.requests).toHaveLength(1);
  const { Image, ...limits } = JSON.parse(rekognition.requests[0]?.body ?? "");
  expect(limits).toEqual({ MaxLabels: 3, MinConfidence: 60 });
  expect(Buffer.from(Image.Bytes, "base64")).toEqual(jpeg);
});

it("keeps a name as a moderation label if both calls found it", async () => {
  const tags = await new RekognitionTagger({ client, moderation: true }).tag({
    jpeg: await drawPicture(80, 80),
  });
  expect(tags).toContainEqual({ name: "Weapons", confidence: 91, moderation: true });
  expect(tags).toHaveLength(3);
});

it("sends nothing that the service would refuse", async () => {
  const tagger = new RekognitionTagger({ client, moderation: true });
  const large = Buffer.concat([await drawPicture(100, 100), Buffer.alloc(5 * 1024 * 1024)]);
  for (const jpeg of [
    await drawPicture(79, 500),
    await drawPicture(500, 79),
    large,
    Buffer.from("no picture"),
  ])
    expect(await tagger.tag({ jpeg })).toEqual([]);
  expect(rekognition.requests).toEqual([]);
});

it("reads the size of every kind of JPEG", async () => {
  for (const progressive of [false, true])
    expect(readJpegSize(await drawPicture(81, 97, progressive))).toEqual({ width: 81, height: 97 });
  expect(readJpegSize(new Uint8Array())).toBeUndefined();
  expect(readJpegSize(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0))).toBeUndefined();
});
