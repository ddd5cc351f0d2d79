import type { SourceFacts } from "../domain/model/image-metadata.js";
import type { CallOptions } from "./call-options.js";

/** The input of a tagger: facts, and a small upright JPEG without watermark or metadata. */
export interface TaggingInput {
  readonly facts: SourceFacts;
  readonly jpeg: Uint8Array;
  readonly dominantColor?: string;
}

/** One label; `confidence` is 0 to 100. */
export interface Tag {
  readonly name: string;
  readonly confidence: number;
  /** True for a label that moderation found. */
  readonly moderation?: true;
}

/** Says what can be seen in a picture. */
export interface ImageTagger {
  /** The name by which a configuration asks for it (`tagging.provider`); one that names another tagger is refused at the start. */
  readonly provider: string;
  /**
   * Whether it looks for what moderation holds back; absent: it may. One that says `false` is refused at the start
   * where the configuration asks for moderation, since otherwise nothing would ever be held back and nobody would know.
   */
  readonly moderates?: boolean;
  /** Resolves to labels, most confident first, each name once. May be called again for the same picture after a crash. The picture is only read. */
  tag(input: TaggingInput, options?: CallOptions): Promise<readonly Tag[]>;
}
