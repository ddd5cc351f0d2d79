import type { ImageFormat } from "../domain/model/image-format.js";
import type { Placeholder, SourceFacts } from "../domain/model/image-metadata.js";
import type { RenderPlan } from "../domain/model/render-plan.js";
import type { UploadPolicy } from "../domain/model/upload-policy.js";
import type { CallOptions } from "./call-options.js";

/** One finished output of a plan. */
export interface RenderedImage {
  /** The name of the planned output; several of them may have it, each in another format. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  /** Size of one frame in pixels. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** Everything that one rendering gives. */
export interface Rendered {
  /** One for each planned output, in the plan's order. */
  readonly outputs: readonly RenderedImage[];
  /** The picture for the tagger; present exactly when `plan.tagging` is. */
  readonly tagging?: RenderedImage;
  readonly placeholder?: Placeholder;
}

/** How an engine would make the outputs of a plan. */
export interface PlanExplanation {
  /** Facts about several outputs, such as a decoding that they share: one sentence per line, for people. */
  readonly lines: readonly string[];
  /** The source of each output in a few words, by the name and the format of the output. */
  readonly outputs: readonly { readonly name: string; readonly format: ImageFormat; readonly from: string }[];
  /** The same for programs, as JSON can hold it. Its form is the engine's own. */
  readonly pixels: unknown;
}

/**
 * Turns bytes into facts and plans into pixels. It never trusts the bytes: what they are is decided by their content,
 * never by a name, and what they would cost is known before it is spent. Bytes are only read, never changed, and are
 * left as they are by their owner until the call has ended.
 */
export interface ImageEngine {
  /** Names the engine and all versions that its pixels depend on; part of every fingerprint. */
  readonly version: string;

  /**
   * Computes the version for a pipeline that lets in originals of these formats alone: libraries that only others need are as
   * if they were not there, so that to install one of them changes no image. Absent: `version`, whatever is let in.
   */
  computeVersion?(formats: readonly ImageFormat[]): string;

  /**
   * True when a picture that kills its decoder does not take the caller's process with it. Then a caller that died
   * died of something else, and no picture is ever suspected for it. Absent: decoding happens in the caller's process.
   */
  readonly isolated?: true;

  /**
   * Throws `invalid-input` for formats that this engine cannot read where it runs, and says what is missing. A pipeline calls
   * it at its start, with the formats that its configuration lets in. Absent: it reads all that it ever reads.
   */
  checkFormats?(formats: readonly ImageFormat[]): void;

  /**
   * A picture of this format that the engine can certainly render. It is rendered before a crash is held against an
   * original, so that a machine on which everything crashes is told from a picture that makes it so. Absent: a small
   * file of the format as the world knows it, which is right for every engine that reads such files.
   */
  getKnownGoodPicture?(format: ImageFormat): Uint8Array;

  /**
   * Reads the header, decodes no pixels. The same bytes always give the same facts. Throws `unsupported-format` for
   * what is not an image or not of a format in `policy.formats` (naming what it is, where that can be told),
   * `corrupt-image` for a header that cannot be read, `too-large` for what is over a limit of the policy,
   * `decoder-crashed` as `render` does.
   */
  inspect(bytes: Uint8Array, policy: UploadPolicy, options?: CallOptions): Promise<SourceFacts>;

  /**
   * Carries out the whole plan or throws: there is never a part of the outputs. Every output has exactly the planned
   * size and format, is upright without an orientation tag, and carries no metadata that `plan.metadata` (or
   * its own `metadata`, where it has one) does not keep; a copy is the original's bytes. What the tagger is
   * shown (`plan.tagging`) is made as an output is, and given apart from them. The same bytes and plan give the same
   * outputs. Throws `corrupt-image` when the pixels do not decode to the end.
   *
   * Throws `decoder-crashed` when decoding had to be stopped or ended its process, each time that it was tried; never
   * when there was no process to begin with, which is `unavailable`. That is a suspicion and no verdict: the caller has a
   * known good picture rendered before it holds this against the original. `too-large` is for numbers in the header.
   *
   * Whatever else is thrown is taken for a fault that may pass, and the original is tried again. On the final attempt it is
   * rejected as `unsupported-format`, unless the engine says `unavailable` or a known good picture fails as well.
   *
   * Every output shows the picture upright, however it is stored. The whole picture is scaled to the planned size
   * (`resize`), stretched or enlarged where the plan says so. What is kept of it is the planned rectangle (`crop`); a
   * smart crop keeps a rectangle of that size that lies inside the scaled picture, and in it what alone stands out. The
   * picture lies on its `canvas` where the plan says, and around it is the `background` alone. Transparency stays where
   * the format has it, and lies on the background where it has none. Pixels that are not scaled stay as they are where
   * the format loses nothing.
   *
   * A planned watermark is drawn once at each planned position (`computeWatermarkPositions` of its
   * `computeWatermarkSize`), as opaque as planned, and changes nothing else; a text is drawn in its color, as large as
   * its box allows. An output without a planned watermark has none, whatever other outputs have.
   *
   * A lower quality gives a smaller output that is further from the picture, where the format loses something; without
   * a planned quality it is closer to the picture than one of quality 10. An output that moves shows every frame in its
   * order; one that the plan flattens shows the first.
   */
  render(bytes: Uint8Array, plan: RenderPlan, options?: CallOptions): Promise<Rendered>;

  /**
   * Tells how `render` would make the outputs of the plan; what the tagger is shown is left out. Touches no pixels: equal
   * plans get equal answers. Absent: the engine does not tell.
   */
  explain?(plan: RenderPlan): PlanExplanation;
}
