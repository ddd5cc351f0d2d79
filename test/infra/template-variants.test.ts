import { describe, expect, it } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { HostedZone } from "aws-cdk-lib/aws-route53";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import { synthesize } from "../support/infra/synthesize.js";
import { getCase, listTypes } from "../support/infra/synthesized-cases.js";
import { DeployedTemplate } from "../support/infra/template.js";

describe("customized", () => {
  const { pipeline } = getCase("customized");
  const deployed = new DeployedTemplate(getCase("customized"));

  it("the API asks for a token with the scope of the route, and for pages of one origin only", () => {
    const routes = deployed.listResources("AWS::ApiGatewayV2::Route").map(({ properties }) => properties);
    const scopes = routes
      .filter(({ AuthorizationType }) => AuthorizationType === "JWT")
      .map((one) => one.AuthorizationScopes);
    expect(new Set(scopes.map(String))).toEqual(new Set(["images:read", "images:write"]));
    expect(deployed.getOnly("AWS::ApiGatewayV2::Authorizer")).toMatchObject({
      JwtConfiguration: { Issuer: "https://login.example", Audience: ["images"] },
    });
    expect(deployed.getOnly("AWS::ApiGatewayV2::Api")).toMatchObject({
      CorsConfiguration: { AllowOrigins: ["https://app.example"], MaxAge: 3_600 },
    });
    expect(deployed.getConstructProperties(pipeline.originals)).toMatchObject({
      CorsConfiguration: {
        CorsRules: [{ AllowedMethods: ["POST"], AllowedOrigins: ["https://app.example"] }],
      },
    });
  });

  it("the functions of the API, and no other, bind callers to their own images", () => {
    const bound = deployed
      .listResources("AWS::Lambda::Function")
      .map(({ properties }) => Object(Object(properties.Environment).Variables)[VARIABLES.boundTo])
      .filter((value) => value !== undefined);
    expect(bound).toEqual(["owner", "owner"]);
  });

  it("what is tagged later has a queue of its own, from which 4 are received at a time", () => {
    const { queue, taggingQueue } = pipeline;
    if (!taggingQueue) throw new Error("expected a queue of what is tagged later");
    const { KmsMasterKeyId, ...rest } = deployed.getConstructProperties(taggingQueue);
    expect(rest).toEqual(
      Object.fromEntries(
        Object.entries(deployed.getConstructProperties(queue)).filter(([name]) => name !== "KmsMasterKeyId"),
      ),
    );
    const mappings = deployed
      .listResources("AWS::Lambda::EventSourceMapping")
      .filter(({ properties }) => properties.FunctionName === deployed.getId(pipeline.functions.process))
      .map(({ properties }) => properties.ScalingConfig);
    expect(mappings).toEqual([{ MaximumConcurrency: 3 }, { MaximumConcurrency: 4 }]);
    const { Environment } = deployed.getConstructProperties(pipeline.functions.process);
    expect(Object.keys((Environment as { Variables: object }).Variables)).toContain(
      VARIABLES.taggingQueueUrl,
    );
  });

  it("URLs have the first custom domain name, are signed by the key in the secret, and expire", () => {
    expect(deployed.getOnly("AWS::CloudFront::Distribution")).toMatchObject({
      DistributionConfig: {
        Aliases: ["images.example.com"],
        DefaultCacheBehavior: { TrustedKeyGroups: [expect.any(String)] },
        ViewerCertificate: { MinimumProtocolVersion: "TLSv1.2_2021" },
        PriceClass: "PriceClass_All",
        WebACLId: expect.stringContaining("webacl"),
      },
    });
    const { process, read, write } = pipeline.functions;
    for (const lambda of [process, read, write]) {
      if (!lambda) throw new Error("a function is missing");
      const { Environment } = deployed.getConstructProperties(lambda);
      expect(Environment).toMatchObject({
        Variables: {
          [VARIABLES.cdnDomain]: "images.example.com",
          [VARIABLES.signedUrlSeconds]: "300",
          [VARIABLES.signingSecretArn]: expect.stringContaining(":secret:images"),
        },
      });
    }
  });

  it("everything that can be encrypted is encrypted with the given key", () => {
    const key = expect.any(String);
    expect(deployed.getConstructProperties(pipeline.queue)).toMatchObject({ KmsMasterKeyId: key });
    const { deadLetterQueue, invalidationQueue } = pipeline;
    for (const queue of [deadLetterQueue, invalidationQueue])
      expect(queue && deployed.getConstructProperties(queue)).toMatchObject({ KmsMasterKeyId: key });
    for (const bucket of [pipeline.originals, pipeline.renditions])
      expect(JSON.stringify(deployed.getConstructProperties(bucket).BucketEncryption)).toContain("aws:kms");
  });

  it("sizes, times and numbers are the given ones", () => {
    const sizes = Object.values(pipeline.functions).map((lambda) => {
      const { MemorySize, Timeout, Architectures } = deployed.getConstructProperties(lambda);
      return [MemorySize, Timeout, Architectures];
    });
    expect(sizes).toEqual([
      [3_008, 100, ["x86_64"]],
      [256, 30, ["x86_64"]],
      [256, 5, ["x86_64"]],
      [512, 20, ["x86_64"]],
    ]);
    expect(deployed.getConstructProperties(pipeline.queue)).toMatchObject({ VisibilityTimeout: 600 });
    for (const { properties } of deployed.listResources("AWS::Logs::LogGroup"))
      expect(properties.RetentionInDays).toBe(7);
  });

  it("alarms notify the given addresses", () => {
    expect(deployed.getOnly("AWS::SNS::Subscription")).toMatchObject({
      Protocol: "email",
      Endpoint: "oncall@example.com",
    });
    for (const { properties } of deployed.listResources("AWS::CloudWatch::Alarm"))
      expect(properties.AlarmActions).toHaveLength(1);
  });
});

describe("with imported resources", () => {
  const deployed = new DeployedTemplate(getCase("brought"));

  it("no bucket, table or topic is created, and the functions use the existing ones", () => {
    const types = listTypes(getCase("brought"));
    for (const type of ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SNS::Topic"])
      expect(types).not.toContain(type);
    const { Environment } = deployed.getConstructProperties(getCase("brought").pipeline.functions.process);
    expect(Environment).toMatchObject({
      Variables: {
        [VARIABLES.originals]: "their-originals",
        [VARIABLES.renditions]: "their-renditions",
        [VARIABLES.table]: "TheirTable",
        [VARIABLES.topicArn]: "arn:aws:sns:eu-central-1:111122223333:theirs",
      },
    });
  });

  it("the bucket's notifications are configured", () => {
    const [notifications, ...others] = deployed.listResources("Custom::S3BucketNotifications");
    expect(others).toEqual([]);
    expect(notifications?.properties).toMatchObject({ BucketName: "their-originals" });
  });
});

describe("with as little as possible", () => {
  it("there is one function, and neither API nor CDN nor its queue nor topic nor alarm", () => {
    const types = listTypes(getCase("nothing but the pipeline"));
    expect(types.filter((type) => type === "AWS::Lambda::Function")).toHaveLength(1);
    expect(types.filter((type) => type === "AWS::SQS::Queue")).toHaveLength(2);
    expect(types.filter((type) => /ApiGateway|CloudFront|SNS|Alarm/.test(type))).toEqual([]);
  });
});

describe("without a CDN", () => {
  it("URLs have the bucket's host as its partition calls it", () => {
    const { pipeline } = getCase("nothing but the pipeline");
    const deployed = new DeployedTemplate(getCase("nothing but the pipeline"));
    const { Environment } = deployed.getConstructProperties(pipeline.functions.process);
    expect(JSON.stringify(Environment)).toContain(`"${VARIABLES.cdnDomain}":`);
    expect(JSON.stringify(Environment)).toContain("RegionalDomainName");
  });
});

describe("with a zone for its domain names", () => {
  it("each name points at the distribution, by both kinds of addresses", () => {
    const deployed = new DeployedTemplate(
      synthesize((stack) => ({
        cdn: {
          domainNames: ["images.example.com", "pictures.example.com"],
          certificate: Certificate.fromCertificateArn(
            stack,
            "Certificate",
            "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d",
          ),
          hostedZone: HostedZone.fromHostedZoneAttributes(stack, "Zone", {
            hostedZoneId: "Z1",
            zoneName: "example.com",
          }),
        },
      })),
    );
    const records = deployed.listResources("AWS::Route53::RecordSet").map(({ properties }) => properties);
    expect(records.map(({ Name, Type }) => `${Type} ${Name}`).sort()).toEqual([
      "A images.example.com.",
      "A pictures.example.com.",
      "AAAA images.example.com.",
      "AAAA pictures.example.com.",
    ]);
    for (const { AliasTarget, HostedZoneId } of records) {
      expect(HostedZoneId).toBe("Z1");
      expect(JSON.stringify(AliasTarget)).toContain("DomainName");
    }
  });

  it("is refused without names", () => {
    const removeNames = (stack: Stack) => ({
      cdn: {
        hostedZone: HostedZone.fromHostedZoneAttributes(stack, "Zone", {
          hostedZoneId: "Z1",
          zoneName: "example.com",
        }),
      },
    });
    expect(() => synthesize(removeNames)).toThrow("for in cdn.domainNames but received none");
  });
});

describe("for development", () => {
  it("everything is deleted with the stack, and the API is open because the properties say so", () => {
    const { template, pipeline } = getCase("open for development");
    template.allResources("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    template.allResources("AWS::DynamoDB::Table", { DeletionPolicy: "Delete" });
    template.resourceCountIs("Custom::S3AutoDeleteObjects", 3);
    const deployed = new DeployedTemplate(getCase("open for development"));
    expect(deployed.getConstructProperties(pipeline.table)).toMatchObject({
      DeletionProtectionEnabled: false,
    });
    for (const { properties } of deployed.listResources("AWS::ApiGatewayV2::Route"))
      expect(properties.AuthorizationType).toBe("NONE");
  });
});
