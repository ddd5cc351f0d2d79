import type { ImageTagger, Tag } from "../../ports/image-tagger.js";

/** Gives every picture the same tags. */
export class MemoryImageTagger implements ImageTagger {
  readonly provider: string;
  readonly #tags: readonly Tag[];

  /** `tags` is what it answers, in any order; by default it sees nothing. `provider` is its name, `memory` by default. */
  constructor({ tags = [], provider = "memory" }: { tags?: readonly Tag[]; provider?: string } = {}) {
    this.provider = provider;
    const names = new Map([...tags].sort(compareConfidence).map((tag) => [tag.name, tag]));
    this.#tags = [...names.values()].sort((a, b) => compareConfidence(b, a));
  }

  async tag(): Promise<readonly Tag[]> {
    return structuredClone(this.#tags);
  }
}

function compareConfidence(a: Tag, b: Tag): number {
  return a.confidence - b.confidence;
}
