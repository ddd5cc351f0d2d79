import { SafelightError } from "../../../src/domain/model/errors.js";
import type { ImageTaggerHarness } from "../../../src/ports/contracts/index.js";
import type { ImageTagger } from "../../../src/ports/image-tagger.js";
import { type Liar, replaceMethods } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: ImageTagger) => ImageTagger["tag"],
): Liar<ImageTaggerHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, tagger: replaceMethods(honest.tagger, { tag: spoil(honest.tagger) }) }),
  };
}

/** Broken taggers. */
export const imageTaggerLiars: readonly Liar<ImageTaggerHarness>[] = [
  createLiar(
    "tag resolves to labels, most confident first",
    "sorts by name",
    (honest) => async (input) => [...(await honest.tag(input))].sort((a, b) => (a.name < b.name ? 1 : -1)),
  ),
  createLiar(
    "each name is there once",
    "says a name for each place where it sees it",
    (honest) => async (input) => (await honest.tag(input)).flatMap((tag) => [tag, tag]),
  ),
  createLiar(
    "confidence is 0 to 100",
    "counts confidence in thousandths",
    (honest) => async (input) =>
      (await honest.tag(input)).map((tag) => ({ ...tag, confidence: tag.confidence * 10 })),
  ),
  createLiar(
    "tag may be called again for the same picture",
    "remembers a picture and does not look again",
    (honest) => {
      const seen = new Set<Uint8Array>();
      return async (input) => {
        if (seen.has(input.jpeg)) throw new SafelightError("conflict", "the picture was sent before");
        seen.add(input.jpeg);
        return honest.tag(input);
      };
    },
  ),
  createLiar(
    "the picture is only read, never changed",
    "works in the caller's bytes",
    (honest) => async (input) => {
      const tags = await honest.tag(input);
      input.jpeg.fill(0);
      return tags;
    },
  ),
];
