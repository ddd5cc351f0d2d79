import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { loadPipelineConfig } from "../../../src/entrypoints/configuration/index.js";
import { configured } from "../../../src/entrypoints/lambda/configured.js";
import { prepareConfiguration } from "../../../src/entrypoints/lambda/prepare-configuration.js";
import { preparedNameOf } from "../../../src/entrypoints/lambda/prepared.js";

const FILE = "safelight.config.json";
const CONFIG = {
  thumbnails: { card: { width: 640, format: "webp", background: "black" } },
  metadata: "keep-all",
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "safelight-function-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (config: unknown, name = FILE) => writeFile(join(folder, name), JSON.stringify(config));

describe("the configuration in a function's folder", () => {
  it("is the default one where there is none", async () => {
    expect(await configured({ folder })).toEqual(DEFAULT_CONFIG);
  });

  it("that is named must be there", async () => {
    await expect(configured({ folder, file: "other.json" })).rejects.toThrow(
      "expected a readable configuration",
    );
  });

  it("means the same prepared and not prepared", async () => {
    await write(CONFIG);
    const { config } = await loadPipelineConfig({ directory: folder });
    expect(await configured({ folder })).toEqual(config);
    await prepareConfiguration(folder);
    expect(await configured({ folder })).toEqual(config);
  });

  it("is not read again once it is prepared", async () => {
    await write(CONFIG);
    await prepareConfiguration(folder);
    const file = join(folder, preparedNameOf(FILE));
    const prepared = JSON.parse(await readFile(file, "utf8"));
    prepared.configuration.metadata = "strip";
    await write(prepared, preparedNameOf(FILE));
    expect(await configured({ folder })).toMatchObject({ metadata: "strip" });
  });

  it("that was changed since it was prepared is checked as if it never had been", async () => {
    await write(CONFIG);
    await prepareConfiguration(folder);
    await write({ ...CONFIG, metadata: "all" });
    await expect(configured({ folder })).rejects.toThrow("metadata: expected one of");
    await write({ ...CONFIG, metadata: "strip" });
    expect(await configured({ folder })).toMatchObject({ metadata: "strip" });
  });

  it("is checked where what was prepared cannot be read", async () => {
    await write(CONFIG);
    await writeFile(join(folder, preparedNameOf(FILE)), "{");
    expect(await configured({ folder })).toMatchObject({ metadata: "keep-all" });
  });

  it("that has faults is never prepared", async () => {
    await write({ thumbs: {} });
    await expect(prepareConfiguration(folder)).rejects.toThrow("thumbs: expected only the keys");
  });
});
