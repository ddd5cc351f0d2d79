/* The least that makes the two outputs of the default configuration on Lambda: gets the original, renders, puts both. */
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import sharp from "sharp";

const s3 = new S3Client({});
const { SAFELIGHT_RENDITIONS_BUCKET: renditions } = process.env;

export async function handler({ Records }) {
  for (const { body } of Records)
    for (const { s3: changed } of JSON.parse(body).Records)
      await render(changed.bucket.name, changed.object.key);
}

async function render(Bucket, key) {
  const Key = decodeURIComponent(key.replaceAll("+", " "));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const picture = sharp(await Body.transformToByteArray()).autoOrient();
  await Promise.all([
    put(
      `${Key}/thumb.jpg`,
      "image/jpeg",
      picture.clone().resize({ width: 200, height: 200, withoutEnlargement: true }).jpeg({ quality: 80 }),
    ),
    put(
      `${Key}/preview.webp`,
      "image/webp",
      picture.clone().resize({ width: 1280, withoutEnlargement: true }).webp({ quality: 80 }),
    ),
  ]);
}

async function put(Key, ContentType, picture) {
  const Body = await picture.toBuffer();
  await s3.send(new PutObjectCommand({ Bucket: renditions, Key, Body, ContentType }));
}
