import type {
  DetectLabelsCommand,
  DetectLabelsCommandOutput,
  DetectModerationLabelsCommand,
  DetectModerationLabelsCommandOutput,
} from "@aws-sdk/client-rekognition";
import type { Moderation } from "../../domain/model/tagging-policy.js";
import type { CallOptions } from "../../ports/call-options.js";
import type { ImageTagger, Tag, TaggingInput } from "../../ports/image-tagger.js";
import { callService, type SdkCallOptions } from "../s3/sdk-errors.js";
import { readJpegSize } from "./jpeg-size.js";

/** The part of a `RekognitionClient` that a tagger uses. */
export interface TaggerClient {
  send(command: DetectLabelsCommand, options?: SdkCallOptions): Promise<DetectLabelsCommandOutput>;
  send(
    command: DetectModerationLabelsCommand,
    options?: SdkCallOptions,
  ): Promise<DetectModerationLabelsCommandOutput>;
}

/** Options of {@link RekognitionTagger}. */
export interface TaggerOptions {
  readonly client: TaggerClient;
  /** Most labels, moderation labels not counted. Default 10. */
  readonly maxLabels?: number;
  /** Labels of a lower confidence are left out, 0 to 100. Default 75. */
  readonly minConfidence?: number;
  /** Asks for moderation labels too, which costs a second call. `required` means `true` here. Default: false. */
  readonly moderation?: Moderation;
}

/** The limits of Rekognition on a picture that is sent along. */
const MAX_BYTES = 5 * 1024 * 1024;
const MIN_SIDE_PIXELS = 80;

/**
 * Labels by Amazon Rekognition. A picture outside its limits has none, of moderation neither: it is never sent. What it
 * is shown is within them unless the original is less than 80 pixels wide or high.
 */
export class RekognitionTagger implements ImageTagger {
  readonly provider = "rekognition";
  readonly moderates: boolean;
  readonly #options: TaggerOptions;

  constructor(options: TaggerOptions) {
    this.#options = options;
    this.moderates = Boolean(options.moderation);
  }

  async tag({ jpeg }: Pick<TaggingInput, "jpeg">, { signal }: CallOptions = {}): Promise<readonly Tag[]> {
    const size = readJpegSize(jpeg);
    if (!size || Math.min(size.width, size.height) < MIN_SIDE_PIXELS || jpeg.length > MAX_BYTES) return [];
    const found = await Promise.all([
      this.#detectLabels(jpeg, signal),
      this.#detectModerationLabels(jpeg, signal),
    ]);
    return mergeTags(found.flat());
  }

  async #detectLabels(jpeg: Uint8Array, signal?: AbortSignal): Promise<readonly Tag[]> {
    const { client, maxLabels = 10, minConfidence = 75 } = this.#options;
    const { DetectLabelsCommand } = await import("@aws-sdk/client-rekognition");
    const command = new DetectLabelsCommand({
      Image: { Bytes: jpeg },
      MaxLabels: maxLabels,
      MinConfidence: minConfidence,
    });
    const { Labels = [] } = await callService("Rekognition DetectLabels", signal, (options) =>
      client.send(command, options),
    );
    return Labels.flatMap(({ Name, Confidence = 0 }) =>
      Name === undefined ? [] : [{ name: Name, confidence: Confidence }],
    );
  }

  async #detectModerationLabels(jpeg: Uint8Array, signal?: AbortSignal): Promise<readonly Tag[]> {
    const { client, minConfidence = 75 } = this.#options;
    if (!this.moderates) return [];
    const { DetectModerationLabelsCommand } = await import("@aws-sdk/client-rekognition");
    const command = new DetectModerationLabelsCommand({
      Image: { Bytes: jpeg },
      MinConfidence: minConfidence,
    });
    const { ModerationLabels = [] } = await callService(
      "Rekognition DetectModerationLabels",
      signal,
      (options) => client.send(command, options),
    );
    return ModerationLabels.flatMap(({ Name, Confidence = 0 }) =>
      Name === undefined ? [] : [{ name: Name, confidence: Confidence, moderation: true as const }],
    );
  }
}

/** Each name once, as confident as it was ever seen; what moderation found stays marked so. */
function mergeTags(tags: readonly Tag[]): readonly Tag[] {
  const byName = new Map<string, Tag>();
  for (const tag of tags) {
    const other = byName.get(tag.name);
    const confidence = Math.max(tag.confidence, other?.confidence ?? 0);
    byName.set(tag.name, { ...other, ...tag, confidence });
  }
  return [...byName.values()].sort((a, b) => b.confidence - a.confidence);
}
