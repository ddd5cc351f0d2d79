import { describe, expect, it } from "@jest/globals";
import { checkDeployment, describeDeployment } from "../../../src/domain/model/deployment.js";
import { DEFAULT_CONFIG, pipelineConfig } from "../../../src/domain/model/pipeline-config.js";
import { SAFELIGHT_VERSION } from "../../../src/domain/model/release.js";

const ENGINE = "engine@9 vips@8.18.7 webp@1.6.0";
const OTHER = pipelineConfig({ thumbnails: { small: { width: 64 } } });
const REMEDY =
  "have what settles images publish it first, or say that it is the deployment's from now on (newDeployment)";

const deployed = describeDeployment(DEFAULT_CONFIG, ENGINE);

function refuse(atHand: Parameters<typeof checkDeployment>[0]): unknown {
  try {
    return checkDeployment(atHand, deployed);
  } catch (error) {
    return error;
  }
}

describe("a deployment", () => {
  it("is described by what its records name, its engine and this package", () => {
    expect(deployed).toEqual({
      configuration: expect.stringMatching(/^[\w-]{22}\.[\w-]{22}$/),
      engine: ENGINE,
      safelight: SAFELIGHT_VERSION,
    });
  });

  it("is the same under the same configuration and engine, whatever the version of the package", () => {
    const sameWords = pipelineConfig(JSON.parse(JSON.stringify(DEFAULT_CONFIG)));
    expect(refuse({ ...describeDeployment(sameWords, ENGINE), safelight: "0.0.1" })).toBeUndefined();
  });

  it("is another one under another configuration, whatever the engine, and it is said what to do", () => {
    for (const engine of [ENGINE, "engine@10"]) {
      const atHand = describeDeployment(OTHER, engine);
      expect(refuse(atHand)).toMatchObject({
        code: "conflict",
        message: `expected the configuration of the deployment ("${deployed.configuration}") for comparing all images but received another one ("${atHand.configuration}"); ${REMEDY}`,
      });
    }
  });

  it("is another one under another engine, and only the versions that differ are said", () => {
    expect(refuse(describeDeployment(DEFAULT_CONFIG, ENGINE.replace("8.18.7", "8.19.0")))).toMatchObject({
      code: "conflict",
      message: `expected the engine of the deployment ("vips@8.18.7") for comparing all images but received another one ("vips@8.19.0"); ${REMEDY}`,
    });
  });
});
