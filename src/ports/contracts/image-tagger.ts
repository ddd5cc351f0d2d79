import assert from "node:assert/strict";
import type { ImageTagger, Tag, TaggingInput } from "../image-tagger.js";
import { createCapabilityLaw } from "./capability.js";
import type { Closable, Contract } from "./contract.js";
import { assertSame } from "./expectations.js";

/** The harness for the laws of an image tagger. */
export interface ImageTaggerHarness extends Closable {
  readonly tagger: ImageTagger;
  /** Pictures to be tagged; for at least one of them there should be several labels, or the order shows nothing. */
  readonly pictures: readonly TaggingInput[];
}

/** Everything that `ImageTagger` promises. */
export const imageTaggerContract: Contract<ImageTaggerHarness> = {
  name: "ImageTagger",
  laws: [
    createCapabilityLaw({
      name: "a tagger looks for what moderation holds back",
      consequence: "a configuration with moderation is refused at the start",
      isThere: ({ tagger }) => tagger.moderates !== false,
    }),
    {
      name: "tag resolves to labels, most confident first",
      check: async (harness) => {
        let most = 0;
        for (const tags of await tagAll(harness)) {
          const confidences = tags.map(({ confidence }) => confidence);
          assertSame(
            confidences,
            [...confidences].sort((a, b) => b - a),
            "the confidences in order",
          );
          most = Math.max(most, tags.length);
        }
        assert.ok(most > 1, "expected a picture with several labels among those that the harness offers");
      },
    },
    {
      name: "each name is there once",
      check: async (harness) => {
        for (const tags of await tagAll(harness)) {
          const names = tags.map(({ name }) => name);
          assertSame([...new Set(names)], names, "the names");
        }
      },
    },
    {
      name: "confidence is 0 to 100",
      check: async (harness) => {
        for (const { name, confidence } of (await tagAll(harness)).flat()) {
          assert.ok(
            confidence >= 0 && confidence <= 100,
            `expected 0 to 100 for ${name} but received ${confidence}`,
          );
        }
      },
    },
    {
      name: "tag may be called again for the same picture",
      check: async (harness) => {
        const first = await tagAll(harness);
        const again = await tagAll(harness);
        assertSame(again.map(pickNames), first.map(pickNames), "the names of the second call");
      },
    },
    {
      name: "the picture is only read, never changed",
      check: async (harness) => {
        const before = harness.pictures.map(({ jpeg }) => jpeg.slice());
        await tagAll(harness);
        assertSame(
          harness.pictures.map(({ jpeg }) => jpeg),
          before,
          "the pictures",
        );
      },
    },
  ],
};

async function tagAll({ tagger, pictures }: ImageTaggerHarness): Promise<readonly (readonly Tag[])[]> {
  assert.ok(pictures.length > 0, "expected the harness to offer at least one picture");
  const all: (readonly Tag[])[] = [];
  for (const picture of pictures) all.push(await tagger.tag(picture));
  return all;
}

function pickNames(tags: readonly Tag[]): readonly string[] {
  return tags.map(({ name }) => name);
}
