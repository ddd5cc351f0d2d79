import { describe, expect, it } from "@jest/globals";
import type { IConstruct } from "constructs";
import { FUNCTION_SIZES } from "../../infra/parts/function-sizes.js";
import { TIME_TO_LIVE } from "../../src/adapters/aws/records-layout.js";
import { MAX_WAIT_SECONDS } from "../../src/entrypoints/http/options.js";
import { computeLongestWait } from "../../src/entrypoints/lambda/longest-wait.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import { getCase, listTypes } from "../support/infra/synthesized-cases.js";
import { DeployedTemplate } from "../support/infra/template.js";
import { readText } from "../support/repository.js";

describe("by default", () => {
  const { template, pipeline } = getCase("default");
  const deployed = new DeployedTemplate(getCase("default"));
  const findMapping = (queue: IConstruct) =>
    deployed
      .listResources("AWS::Lambda::EventSourceMapping")
      .find(({ properties }) => properties.EventSourceArn === `${deployed.getId(queue)}.Arn`)?.properties;

  it("every resource exists, and none of CDK's own", () => {
    const types = listTypes(getCase("default"));
    const count = (type: string) => types.filter((one) => one === type).length;
    expect(count("AWS::Lambda::Function")).toBe(4);
    expect(count("AWS::IAM::Role")).toBe(4);
    expect(count("AWS::S3::Bucket")).toBe(3);
    expect(count("AWS::CloudFront::Distribution")).toBe(1);
    expect(types.filter((type) => type.startsWith("Custom::"))).toEqual([]);
  });

  it("originals are versioned and retained, and their changes go to the queue", () => {
    const { VersioningConfiguration, NotificationConfiguration, LifecycleConfiguration } =
      deployed.getConstructProperties(pipeline.originals);
    expect(VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(NotificationConfiguration).toHaveProperty("QueueConfigurations.length", 3);
    const { Rules } = LifecycleConfiguration as { Rules: readonly { Id: string }[] };
    expect(Rules.map(({ Id }) => Id)).toEqual(["leftovers", "former-versions", "rarely-read"]);
    template.allResources("AWS::S3::Bucket", {
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  it("a message stays hidden for six times the function's timeout, moves to the dead-letter queue after five attempts, and is not lost within 14 days", () => {
    const process = deployed.getConstructProperties(pipeline.functions.process);
    const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = deployed.getConstructProperties(
      pipeline.queue,
    );
    expect(VisibilityTimeout).toBe(6 * Number(process.Timeout));
    expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 5 });
    const dead = deployed.getConstructProperties(pipeline.deadLetterQueue);
    expect([MessageRetentionPeriod, dead.MessageRetentionPeriod]).toEqual([1_209_600, 1_209_600]);
    const { Variables } = process.Environment as { Variables: Record<string, string> };
    expect(Variables[VARIABLES.maxAttempts]).toBe("5");
  });

  it("a batch has one image, failures are reported one by one, and at most 20 run at a time", () => {
    expect(findMapping(pipeline.queue)).toMatchObject({
      FunctionName: deployed.getId(pipeline.functions.process),
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  it("paths to invalidate are collected, handed over in batches, and given up by nobody for 14 days", () => {
    const { invalidationQueue } = pipeline;
    const { invalidate } = pipeline.functions;
    if (!invalidationQueue || !invalidate) throw new Error("the pipeline invalidates nothing");
    const queue = deployed.getConstructProperties(invalidationQueue);
    expect(queue).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    expect(queue).not.toHaveProperty("RedrivePolicy");
    expect(findMapping(invalidationQueue)).toMatchObject({
      FunctionName: deployed.getId(invalidate),
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 20,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const { Timeout, Environment } = deployed.getConstructProperties(invalidate);
    expect(queue.VisibilityTimeout).toBe(6 * Number(Timeout) + 20);
    expect(Object.keys((Environment as { Variables: object }).Variables)).toEqual([
      "POWERTOOLS_SERVICE_NAME",
      VARIABLES.distributionId,
    ]);
    const { Variables } = deployed.getConstructProperties(pipeline.functions.process).Environment as {
      Variables: Record<string, unknown>;
    };
    expect(Variables[VARIABLES.invalidationQueueUrl]).toBe(deployed.getId(invalidationQueue));
    expect(Variables).not.toHaveProperty(VARIABLES.distributionId);
  });

  it("the table is keyed by image, billed by request, recoverable, protected, expires tombstones, and has both indexes", () => {
    expect(deployed.getConstructProperties(pipeline.table)).toMatchObject({
      KeySchema: [{ AttributeName: "imageId", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: "deleteAfter", Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: "listing",
          KeySchema: [
            { AttributeName: "listingPartition", KeyType: "HASH" },
            { AttributeName: "sortKey", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
        { IndexName: "listingByStatus", Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
    });
  });

  it("functions run Node.js 24 on arm64, log JSON and are traced", () => {
    for (const { properties } of deployed.listResources("AWS::Lambda::Function"))
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        LoggingConfig: { LogFormat: "JSON" },
        TracingConfig: { Mode: "Active" },
      });
  });

  it("functions have the timeouts that the tests run them with, and whoever waits longest for an image has an answer before", () => {
    for (const [name, { timeoutSeconds }] of Object.entries(FUNCTION_SIZES)) {
      // Only a schedule has one that reconciles.
      if (name === "reconcile") continue;
      const lambda = pipeline.functions[name as keyof typeof FUNCTION_SIZES];
      expect(lambda && deployed.getConstructProperties(lambda).Timeout).toBe(timeoutSeconds);
    }
    for (const { timeoutSeconds } of [FUNCTION_SIZES.read, FUNCTION_SIZES.write]) {
      const lambdaContext = { getRemainingTimeInMillis: () => timeoutSeconds * 1_000 - 500 };
      expect(computeLongestWait({ lambdaContext })).toBe(MAX_WAIT_SECONDS);
    }
  });

  it("only the CDN reads renditions, by their path, and it sets security headers", () => {
    const { DistributionConfig } = deployed.getOnly("AWS::CloudFront::Distribution");
    expect(DistributionConfig).toMatchObject({
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: "https-only",
        AllowedMethods: ["GET", "HEAD"],
        Compress: false,
      },
      HttpVersion: "http2and3",
      CustomErrorResponses: [
        { ErrorCode: 403, ErrorCachingMinTTL: 10 },
        { ErrorCode: 404, ErrorCachingMinTTL: 10 },
        ...[500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
      ],
    });
    expect(deployed.getOnly("AWS::CloudFront::OriginAccessControl")).toHaveProperty(
      "OriginAccessControlConfig.SigningBehavior",
      "always",
    );
    expect(deployed.getOnly("AWS::CloudFront::CachePolicy")).toMatchObject({
      CachePolicyConfig: {
        ParametersInCacheKeyAndForwardedToOrigin: {
          CookiesConfig: { CookieBehavior: "none" },
          HeadersConfig: { HeaderBehavior: "none" },
          QueryStringsConfig: { QueryStringBehavior: "none" },
        },
      },
    });
    expect(deployed.getOnly("AWS::CloudFront::ResponseHeadersPolicy")).toMatchObject({
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          ContentSecurityPolicy: { ContentSecurityPolicy: expect.stringContaining("default-src 'none'") },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
        },
        // Pages of other origins may read a picture, as a canvas does.
        CorsConfig: {
          AccessControlAllowOrigins: { Items: ["*"] },
          AccessControlAllowMethods: { Items: ["GET", "HEAD"] },
          AccessControlAllowCredentials: false,
          OriginOverride: true,
        },
      },
    });
  });

  it("the attribute by which a table forgets removed images is named wherever a table is brought or restored", () => {
    for (const document of ["docs/deploying.md", "docs/operating.md"])
      expect(readText(document)).toContain(`Enabled=true,AttributeName=${TIME_TO_LIVE}`);
    expect(readText("infra/image-pipeline-props.ts")).toContain(
      `time-to-live attribute must be \`${TIME_TO_LIVE}\``,
    );
  });

  it("the API logs below the prefix for which an account needs no policy, and a new stack under another name", () => {
    const groups = template.findResources("AWS::Logs::LogGroup");
    const names = Object.values(groups).flatMap(({ Properties }) => Properties.LogGroupName ?? []);
    expect(names).toHaveLength(1);
    expect(JSON.stringify(names)).toContain("/aws/vendedlogs/safelight/");
    expect(JSON.stringify(names)).toContain("AWS::StackId");
  });

  it("the API asks every caller for a signature, is throttled, and logs no header and no query", () => {
    const routes = deployed.listResources("AWS::ApiGatewayV2::Route").map(({ properties }) => properties);
    const open = routes.filter(({ AuthorizationType }) => AuthorizationType !== "AWS_IAM");
    expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual(["GET /health", "GET /openapi.json"]);
    const { DefaultRouteSettings, AccessLogSettings } = deployed.getOnly("AWS::ApiGatewayV2::Stage");
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    const { Format } = AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toContain("status");
    expect(Format).not.toMatch(/header|authorizer|querystring|\$context\.path\b/i);
    expect(deployed.getOnly("AWS::ApiGatewayV2::Api")).not.toHaveProperty("CorsConfiguration");
  });

  it("alarms notify nobody, and nothing is tagged", () => {
    for (const { properties } of deployed.listResources("AWS::CloudWatch::Alarm"))
      expect(properties.AlarmActions).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toContain("rekognition");
  });
});
