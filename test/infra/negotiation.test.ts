import { describe, expect, it } from "@jest/globals";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

const SEVERAL = { thumbnails: { page: { width: 640, format: ["avif", "webp", "jpeg"] as const } } };

function inspectCdn(props: ImagePipelineProps) {
  const synthesized = synthesize({ alarms: false, ...props });
  const template = new DeployedTemplate(synthesized);
  const [edge] = template.listResources("AWS::CloudFront::Function");
  const { Environment } = template.getConstructProperties(synthesized.pipeline.functions.process);
  const { Variables } = Environment as { Variables: Readonly<Record<string, string>> };
  return { template, edge, told: Variables[VARIABLES.negotiation] };
}

describe("choosing by Accept in front of the distribution", () => {
  it("is a function where a spec has several formats, it runs before the caches, and answers tell caches so", () => {
    const { template, edge, told } = inspectCdn({ configuration: SEVERAL });
    expect(edge?.properties).toMatchObject({
      AutoPublish: true,
      FunctionConfig: { Runtime: "cloudfront-js-2.0" },
      FunctionCode: expect.stringContaining("handler"),
    });
    expect(template.getOnly("AWS::CloudFront::Distribution")).toMatchObject({
      DistributionConfig: {
        DefaultCacheBehavior: { FunctionAssociations: [{ EventType: "viewer-request" }] },
      },
    });
    const { ResponseHeadersPolicyConfig } = template.getOnly("AWS::CloudFront::ResponseHeadersPolicy") as {
      ResponseHeadersPolicyConfig: { CorsConfig?: unknown; CustomHeadersConfig: { Items: unknown[] } };
    };
    // CORS headers of CloudFront's own making would bring a Vary that replaces this one.
    expect(ResponseHeadersPolicyConfig.CorsConfig).toBeUndefined();
    expect(ResponseHeadersPolicyConfig.CustomHeadersConfig.Items).toEqual(
      expect.arrayContaining([
        { Header: "Vary", Value: "Accept", Override: true },
        { Header: "Access-Control-Allow-Origin", Value: "*", Override: true },
      ]),
    );
    expect(told).toBe("accept");
  });

  it("costs nothing where no spec has several formats, nor without a CDN, unless it is asked for", () => {
    const one = { thumbnails: { page: { width: 640, format: ["webp"] as const } } };
    for (const props of [{}, { configuration: one }, { configuration: SEVERAL, cdn: false as const }]) {
      const { edge, told } = inspectCdn(props);
      expect([edge, told]).toEqual([undefined, undefined]);
    }
    expect(inspectCdn({ cdn: { negotiation: true } }).told).toBe("accept");
    expect(inspectCdn({ configuration: SEVERAL, cdn: { negotiation: false } }).edge).toBeUndefined();
  });
});
