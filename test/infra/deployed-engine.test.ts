import { expect, it } from "@jest/globals";
import { computeDeployedEngine } from "../../infra/parts/deployed-engine.js";
import { readInstalledVersions } from "../../src/adapters/sharp/installed-versions.js";
import { computeEngineVersion, computeInstalledVersion } from "../../src/adapters/sharp/versions.js";
import { DEFAULT_CONFIG, pipelineConfig } from "../../src/domain/model/pipeline-config.js";
import { readText } from "../support/repository.js";

it("the engine of a deployment is named by the libraries of the sharp that functions get, which this package has as well", () => {
  const { dependencies } = JSON.parse(readText("infra/sharp-package.json"));
  expect(readInstalledVersions().sharp).toBe(dependencies.sharp);
  expect(computeDeployedEngine(DEFAULT_CONFIG)).toBe(computeInstalledVersion(DEFAULT_CONFIG.uploads.formats));
  expect(computeDeployedEngine(DEFAULT_CONFIG)).toContain(" libheif-js@none ");
});

it("it has a decoder of HEIC where the configuration lets HEIC in", () => {
  const config = pipelineConfig({ uploads: { formats: ["jpeg", "heic"] } });
  expect(computeDeployedEngine(config)).toBe(computeEngineVersion(readInstalledVersions()));
  expect(computeDeployedEngine(config)).toMatch(/ libheif-js@\d/);
});
