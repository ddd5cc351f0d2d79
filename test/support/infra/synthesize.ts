import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack, type StackProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { ImagePipeline } from "../../../infra/image-pipeline.js";
import type { ImagePipelineProps } from "../../../infra/image-pipeline-props.js";

/** One pipeline in a stack of its own. */
export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly pipeline: ImagePipeline;
  readonly template: Template;
}

/** The properties that a test case gives the pipeline; it may create resources of its own in the stack. */
export type Props = ImagePipelineProps | ((stack: Stack) => ImagePipelineProps);

/**
 * Synthesizes a stack `Images` with one pipeline `Images`. Its functions have no code, which would take ten times as
 * long as all the rest; `code.test.ts` looks at that. `use` may do something with the pipeline before.
 */
export function synthesize(
  props: Props = {},
  {
    stackProps = {},
    use = () => {},
  }: { stackProps?: StackProps; use?: (pipeline: ImagePipeline) => void } = {},
): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), "safelight-synth-"));
  const bundles = createEmptyBundles(folder);
  try {
    const app = new App({
      outdir: join(folder, "out"),
      context: { "aws:cdk:bundling-stacks": [] },
      // Takes seconds for each stack; the deployable app is checked by it once.
      builtinCloudFormationValidation: false,
    });
    const stack = new Stack(app, "Images", stackProps);
    const given = typeof props === "function" ? props(stack) : props;
    const pipeline = new ImagePipeline(stack, "Images", { bundles, ...given });
    use(pipeline);
    return { app, stack, pipeline, template: Template.fromStack(stack) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function createEmptyBundles(folder: string): string {
  for (const name of ["invalidate", "negotiate", "process", "read", "reconcile", "write"]) {
    mkdirSync(join(folder, "bundles", name), { recursive: true });
    writeFileSync(join(folder, "bundles", name, "index.js"), "exports.handler = () => {};\n");
  }
  return join(folder, "bundles");
}
