import { existsSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { findHeicDecoder } from "../../../infra/parts/heic-decoder.js";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { type Cloud, startCloud } from "../../support/cloud/cloud.js";
import { CARD_SIZE, readHeic } from "../../support/heic-files.js";
import { type Bundles, bundleFunctions, deployFunction, writeConfig } from "../../support/lambda/deploy.js";
import { feed } from "../../support/lambda/event-source.js";

describe("the bundled process function, with HEIC in its configuration", () => {
  let cloud: Cloud;
  let bundles: Bundles;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [cloud, bundles] = await Promise.all([startCloud(), bundleFunctions(["process"])]);
    const config = { uploads: { formats: ["jpeg", "heic"] } };
    environment = { [VARIABLES.configFile]: await writeConfig(bundles, "heic.json", config) };
  });

  afterAll(() => Promise.all([cloud.close(), bundles.close()]));

  it("does not start without the decoder, and names its package", async () => {
    const lambda = await deployFunction("process", { cloud, bundles }, { environment });
    try {
      await expect(lambda.invoke({ Records: [] })).rejects.toThrow(/heic.*npm install libheif-js/);
    } finally {
      await lambda.close();
    }
  });

  it("renders a HEIC with the decoder that the construct lays beside it, licenses included", async () => {
    const modules = join(bundles.getFolder("process"), "node_modules");
    findHeicDecoder().copyFiles(modules);
    for (const file of ["LICENSE", "libheif-wasm/LICENSE"])
      expect(existsSync(join(modules, "libheif-js", file))).toBe(true);
    const lambda = await deployFunction("process", { cloud, bundles }, { environment });
    try {
      const Key = "IMG_0001.HEIC";
      await cloud.clients.s3.send(
        new PutObjectCommand({ Bucket: "originals", Key, Body: readHeic("phone") }),
      );
      const { sqs } = cloud.clients;
      expect(await feed(lambda, { sqs, queueUrl: cloud.options.queueUrl })).toMatchObject({ returned: 0 });
      expect(await cloud.adapters.records.get(deriveImageId(Key))).toMatchObject({
        status: "ready",
        source: { format: "heic", contentType: "image/heic", orientation: 1, ...CARD_SIZE },
        exif: { make: "Safelight" },
      });
    } finally {
      await lambda.close();
    }
  });
});
