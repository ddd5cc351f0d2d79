import type { CallOptions } from "../../ports/call-options.js";
import type { Rendered } from "../../ports/image-engine.js";
import type { TaggingInput } from "../../ports/image-tagger.js";
import { SafelightError } from "../model/errors.js";
import { deriveImageId } from "../model/image-id.js";
import type { Placeholder } from "../model/image-metadata.js";
import type { ImageRecord } from "../model/image-record.js";
import { planRenditions, type RenderPlan } from "../model/render-plan.js";
import type { Rendition } from "../model/rendition.js";
import { decodeWithMarker } from "./decode-with-marker.js";
import { deriveRecipes, findKeptRenditions, type Recipes, selectWholeSpecs } from "./kept-renditions.js";
import { type OpenOriginal, openOriginal, readStoredFacts, toRejection } from "./open-original.js";
import type { OriginalContent, RenderPorts, RenderTask } from "./render-task.js";
import { type Output, storeOutputs } from "./store-outputs.js";
import { findKnownTags, type Tagged, tagImage, UNTAGGED } from "./tag-image.js";

/** The rendering of one original for one version. */
export type Rendering = Pick<OneRendering, "written" | "produceContent">;

/** Begins to render an original; nothing is read before the first record is known that is to be replaced. */
export function beginRendering(ports: RenderPorts, task: RenderTask): Rendering {
  return new OneRendering(ports, task);
}

/**
 * One original, rendered for one version. It is opened once; what is then rendered and stored depends on the record that
 * is to be replaced, so a conflict asks again, and only what is missing then is made.
 */
class OneRendering {
  readonly #ports: RenderPorts;
  readonly #task: RenderTask;
  #opened: Awaited<ReturnType<typeof openOriginal>>;
  readonly #made: Rendition[] = [];
  #tagged: Tagged | undefined;
  #placeholder: Placeholder | undefined;
  #decoded = false;

  constructor(ports: RenderPorts, task: RenderTask) {
    this.#ports = ports;
    this.#task = task;
  }

  /** The renditions stored so far. */
  get written(): readonly Rendition[] {
    return this.#made;
  }

  /**
   * Resolves to what the record that replaces `replaced` says of the original, once all files that it names are stored;
   * to `undefined` when the original is gone or has changed, because a later change is then on its way. What blames the
   * original becomes a rejection; everything else is thrown and will be tried again.
   */
  async produceContent(
    replaced: ImageRecord | undefined,
    { signal }: CallOptions = {},
  ): Promise<OriginalContent | undefined> {
    this.#opened ??= await openOriginal(this.#ports, this.#task, { signal });
    if (!this.#opened) return undefined;
    if ("rejected" in this.#opened) return this.#opened.rejected;
    const { original } = this.#opened;
    const plan = this.#plan(original, replaced);
    const recipes = deriveRecipes(this.#ports, plan.outputs, original.source.sha256);
    const kept = this.#task.force ? [] : await findKeptRenditions(this.#ports, replaced, recipes, { signal });
    const choice = { plan, recipes, kept, replaced };
    const { blob, source } = original;
    let output: Output | undefined;
    try {
      output = await this.#renderMissing(original, choice, { signal });
    } catch (error) {
      const rejected = toRejection(this.#ports, error, blob, { contentHash: source.sha256, source });
      this.#opened = { rejected };
      return rejected;
    }
    // Everything is rendered before anything is written: a failure before this leaves nothing behind.
    if (output) this.#made.push(...(await storeOutputs(this.#ports, this.#task, output, { signal })));
    return this.#buildContent(original, choice);
  }

  #plan({ facts, source }: OpenOriginal, replaced: ImageRecord | undefined): RenderPlan {
    const { key } = this.#task;
    const focalPoint = hasContent(replaced, source.sha256) ? replaced?.focalPoint : undefined;
    return planRenditions(facts, this.#ports.config, { key, focalPoint });
  }

  /** Renders what is planned and neither kept nor made by now; resolves to `undefined` if that is nothing. */
  async #renderMissing(
    original: OpenOriginal,
    { plan, recipes, kept, replaced }: Choice,
    { signal }: CallOptions,
  ): Promise<Output | undefined> {
    const { blob, source } = original;
    const { tagging, ...untagged } = plan;
    this.#tagged ??= tagging ? findKnownTags(replaced, blob, this.#ports.config) : UNTAGGED;
    const there = this.#selectWholeSpecs({ plan, recipes, kept });
    const outputs = plan.outputs.filter(({ name }) => !there.some((made) => made.name === name));
    const isKnown = replaced?.status === "ready" && replaced.contentHash === source.sha256;
    // Of pixels that nobody has decoded yet it is not known that they can be, even where nothing is to be made of them.
    if (outputs.length === 0 && this.#tagged && (this.#decoded || (isKnown && !this.#task.force)))
      return undefined;
    const asked: RenderPlan = this.#tagged ? { ...untagged, outputs } : { ...plan, outputs };
    const decode = () => this.#ports.engine.render(blob.bytes, asked, { signal });
    const rendered = await decodeWithMarker(this.#ports, this.#task, source.format, decode, { signal });
    this.#decoded = true;
    this.#placeholder ??= rendered.placeholder;
    this.#tagged ??= await tagImage(
      this.#ports,
      deriveImageId(this.#task.key),
      toTaggingInput(rendered, plan),
      {
        signal,
      },
    );
    return { plan: asked, recipes, source, rendered };
  }

  /** The renditions of the plan that are there by now. What the record names has the older URL, so it comes first. */
  #selectWholeSpecs({ plan, recipes, kept }: Omit<Choice, "replaced">): readonly Rendition[] {
    return selectWholeSpecs([...kept, ...this.#made], plan.outputs, recipes);
  }

  #buildContent({ blob, source }: OpenOriginal, choice: Choice): OriginalContent {
    const { plan, replaced } = choice;
    const placeholder = this.#decoded ? this.#placeholder : replaced?.placeholder;
    return {
      status: "ready",
      ...readStoredFacts(this.#ports, blob),
      contentHash: source.sha256,
      source,
      // The plan's facts, not the engine's: these hold a position only where it is asked for.
      ...(plan.source.exif && { exif: plan.source.exif }),
      ...(plan.source.rights && { rights: plan.source.rights }),
      ...(placeholder && { placeholder }),
      ...(this.#tagged ?? UNTAGGED),
      renditions: this.#selectWholeSpecs(choice),
    };
  }
}

/** The plan against one record, and the renditions of it that exist. */
interface Choice {
  readonly plan: RenderPlan;
  readonly recipes: Recipes;
  readonly kept: readonly Rendition[];
  readonly replaced: ImageRecord | undefined;
}

/** Whether the record is of these bytes, as far as anybody knows: of what is pending nobody does. */
export function hasContent(record: ImageRecord | undefined, sha256: string | undefined): boolean {
  return record?.status === "pending" || (sha256 !== undefined && record?.contentHash === sha256);
}

/** The input of the tagger. Throws if there is none: an image that moderation would reject must not pass without it. */
function toTaggingInput({ tagging, placeholder }: Rendered, { source }: RenderPlan): TaggingInput {
  if (!tagging) throw new SafelightError("internal", "the engine made no picture for the tagger");
  return {
    facts: source,
    jpeg: tagging.bytes,
    ...(placeholder && { dominantColor: placeholder.dominantColor }),
  };
}
