import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import sharp from "sharp";
import { deriveImageId } from "../../../src/domain/model/image-id.js";
import { VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { startCloud } from "../cloud/cloud.js";
import { bundleFunctions, deployFunction, writeConfig } from "./deploy.js";
import { feed } from "./event-source.js";
import type { RunningFunction } from "./function.js";

/** One cloud and one bundle of `process`, to be set up in one way after the other. */
export async function startSetUps() {
  const [cloud, bundles, photo] = await Promise.all([
    startCloud(),
    bundleFunctions(["process"]),
    sharp({ create: { width: 320, height: 240, channels: 3, background: "olive" } })
      .jpeg()
      .toBuffer(),
  ]);
  const settle = (lambda: RunningFunction) =>
    feed(lambda, { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl });
  return {
    cloud,
    settle,
    /** Runs `use` with a function that has these variables too, and ends it. */
    async runWithFunction(
      environment: Readonly<Record<string, string>>,
      use: (lambda: RunningFunction) => Promise<void>,
    ): Promise<void> {
      const lambda = await deployFunction("process", { cloud, bundles }, { environment });
      try {
        await use(lambda);
      } finally {
        await lambda.close();
      }
    },
    /** Uploads a photograph, lets the function settle it, and tells what is known about it then. */
    async upload(lambda: RunningFunction, key: string) {
      await cloud.clients.s3.send(new PutObjectCommand({ Bucket: "originals", Key: key, Body: photo }));
      await settle(lambda);
      const imageId = deriveImageId(key);
      const { Item: row } = await cloud.clients.dynamodb.send(
        new GetItemCommand({ TableName: "ImageMetadata", Key: { imageId: { S: imageId } } }),
      );
      const events = cloud.events().filter((event) => event.key === key);
      return { record: await cloud.adapters.records.get(imageId), row, events };
    },
    /** Puts a configuration into the bundle; resolves to the variable that names it. */
    configuredBy: async (name: string, config: unknown) => ({
      [VARIABLES.configFile]: await writeConfig(bundles, name, config),
    }),
    async close(): Promise<void> {
      await Promise.all([cloud.close(), bundles.close()]);
    },
  };
}

/** The set-ups as their starter has them. */
export type SetUps = Awaited<ReturnType<typeof startSetUps>>;
