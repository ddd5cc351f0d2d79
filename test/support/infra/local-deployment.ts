import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { IConstruct } from "constructs";
import { loadDeployedConfiguration } from "../../../infra/configuration.js";
import type { ImagePipeline } from "../../../infra/image-pipeline.js";
import type { FunctionName } from "../../../infra/parts/function-files.js";
import { createClientOptions, REGION } from "../cloud/clients.js";
import { type Cloud, DISTRIBUTION_ID, startCloud } from "../cloud/cloud.js";
import { startInvocations } from "../cloud/invocations.js";
import { startRekognition } from "../cloud/rekognition.js";
import { bundleFunctions } from "../lambda/deploy.js";
import type { Metafile } from "./bundled-commands.js";
import { type GatedFunction, startGatedFunction } from "./gated-function.js";
import { startRecordingGate } from "./recording-gate.js";
import { startSecretsManager } from "./secrets-manager.js";
import { type Props, synthesize } from "./synthesize.js";
import { ACCOUNT_ID, DeployedTemplate, type Name } from "./template.js";

/**
 * Synthesizes a pipeline and runs what came out of it on the local cloud: names, variables, roles and triggers are
 * those of the template. `props` is told the public half of the key that the local secret holds.
 */
export async function deployLocally(props: (publicKey: string) => Props) {
  const secrets = await startSecretsManager();
  let given: Parameters<typeof loadDeployedConfiguration> = [];
  const synthesized = synthesize((stack) => {
    const wanted = props(secrets.publicKey);
    const plain = typeof wanted === "function" ? wanted(stack) : wanted;
    given = [plain.configuration, plain.tagging];
    return plain;
  });
  const { pipeline } = synthesized;
  // The one bucket whose name is in the template; the local cloud has to make it under that name.
  const { BucketName } = new DeployedTemplate(synthesized).getConstructProperties(pipeline.originals);
  const [cloud, bundles, rekognition, invocations] = await Promise.all([
    startCloud({ originals: String(BucketName) }),
    bundleFunctions(),
    startRekognition(),
    startInvocations(),
  ]);
  rekognition.moderate(false);
  const template = new DeployedTemplate(synthesized, nameResources(cloud, pipeline));
  const { s3, dynamodb, sqs, sns, cloudfront } = cloud.endpoints;
  const endpoints = {
    S3: s3,
    DYNAMODB: dynamodb,
    SQS: sqs,
    SNS: sns,
    CLOUDFRONT: cloudfront,
    REKOGNITION: rekognition.endpoint,
    SECRETS_MANAGER: secrets.endpoint,
    LAMBDA: invocations.endpoint,
  };
  const start = async (name: FunctionName): Promise<GatedFunction> => {
    const lambda = pipeline.functions[name];
    if (!lambda) throw new Error(`the stack has no function ${name}`);
    for (const [file, content] of loadDeployedConfiguration(...given).files)
      writeFileSync(join(bundles.getFolder(name), file), content);
    return startGatedFunction(template, template.getId(lambda), {
      folder: bundles.getFolder(name),
      endpoints,
    });
  };
  const functions = {
    invalidate: await start("invalidate"),
    process: await start("process"),
    read: await start("read"),
    write: await start("write"),
  };
  // Lambda itself takes messages and leaves dead letters, in the name of the function that a queue feeds.
  const gate = await startRecordingGate(sqs);
  return {
    cloud,
    pipeline,
    template,
    functions,
    /** esbuild's reports about the files of a function. */
    readMetafiles: (name: FunctionName): readonly Metafile[] =>
      JSON.parse(readFileSync(bundles.readMetafile(name), "utf8")),
    rekognition,
    /** The invocations that Lambda was asked for. */
    listInvocations: invocations.asked,
    lambdaItself: { gate, sqs: new SQSClient(createClientOptions(gate.endpoint)) },
    async close(): Promise<void> {
      await Promise.all(Object.values(functions).map((one) => one.close()));
      await Promise.all([gate, cloud, bundles, rekognition, invocations, secrets].map((one) => one.close()));
    },
  };
}

/** A pipeline on the local cloud. */
export type LocalDeployment = Awaited<ReturnType<typeof deployLocally>>;

/** The names of the stack's resources on the local cloud. */
export function nameResources(
  { options, taggingQueueUrl }: Cloud,
  pipeline: ImagePipeline,
): ReadonlyMap<IConstruct, Name> {
  const {
    originals,
    renditions,
    table,
    queue,
    taggingQueue,
    deadLetterQueue,
    topic,
    distribution,
    invalidationQueue,
    functions,
  } = pipeline;
  const nameBucket = (ref: string) => ({ ref, attributes: { Arn: `arn:aws:s3:::${ref}` } });
  const nameQueue = (name: string, url: string) => ({
    ref: url,
    attributes: { Arn: `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`, QueueName: name },
  });
  const reconcileArn = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:reconcile`;
  const tableArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/ImageMetadata`;
  const names: [IConstruct | undefined, Name][] = [
    [originals, nameBucket(options.originals)],
    [renditions, nameBucket(options.renditions)],
    [table, { ref: "ImageMetadata", attributes: { Arn: tableArn } }],
    [queue, nameQueue("changes", options.queueUrl)],
    [taggingQueue, nameQueue("tagging", taggingQueueUrl)],
    [deadLetterQueue, nameQueue("changes-dead", options.queueUrl.replace(/changes$/, "changes-dead"))],
    [invalidationQueue, nameQueue("invalidations", options.invalidationQueueUrl ?? "")],
    [topic, { ref: options.topicArn ?? "" }],
    [distribution, { ref: DISTRIBUTION_ID, attributes: { DomainName: "images.example" } }],
    [functions.reconcile, { ref: "reconcile", attributes: { Arn: reconcileArn } }],
  ];
  return new Map(names.flatMap(([construct, name]) => (construct ? [[construct, name] as const] : [])));
}
