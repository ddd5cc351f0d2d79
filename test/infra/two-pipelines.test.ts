import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { ImagePipeline } from "../../infra/image-pipeline.js";

it("two pipelines of one app have their own configuration beside the code of their functions", () => {
  const folder = mkdtempSync(join(tmpdir(), "safelight-two-"));
  try {
    const bundles = join(folder, "bundles");
    for (const name of ["invalidate", "process", "read", "write"]) {
      mkdirSync(join(bundles, name), { recursive: true });
      writeFileSync(join(bundles, name, "index.js"), `exports.handler = () => "${name}";\n`);
    }
    const outdir = join(folder, "out");
    const app = new App({ outdir });
    for (const width of [111, 222])
      new ImagePipeline(new Stack(app, `Images${width}`), "Images", {
        bundles,
        configuration: { thumbnails: { thumb: { width, height: 100 } } },
      });
    const widths = readdirSync(outdir)
      .map((name) => join(outdir, name, "safelight.config.json"))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, "utf8")).thumbnails.thumb.width as number);
    expect(new Set(widths)).toEqual(new Set([111, 222]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
