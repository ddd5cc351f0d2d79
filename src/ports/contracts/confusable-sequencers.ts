import fc from "fast-check";
import { type Version, version } from "../../domain/model/version.js";

/** All characters of a sequencer, in their order. */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/**
 * Sequencers, oldest first, that are taken for one another or put in another order by a store that reads them as numbers,
 * ignores case, sorts by a language's rules or drops zeros.
 */
export const CONFUSABLE_SEQUENCERS: readonly string[] = [
  ...["0", "00", "01", "1", "10", "1000", "1E3", "9", "9a"],
  ...["A", "A0", "Aa", "Z", "_", "a", "aa", "z".repeat(128)],
];

/** One sequencer, and beside it another that differs from it in length, case, one character or a zero. */
export const confusablePair: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 1, maxLength: 20 }),
    fc.nat({ max: 19 }),
    fc.constantFrom(...ALPHABET),
    fc.nat({ max: 5 }),
  )
  .map(([text, place, character, kind]): [string, string] => {
    const at = place % text.length;
    const [before, there = "", after] = [text.slice(0, at), text[at], text.slice(at + 1)];
    const upper = there.toUpperCase();
    const others = [
      `${text}0`,
      `0${text}`,
      `${text}${character}`,
      `${before}${there === upper ? there.toLowerCase() : upper}${after}`,
      `${before}${character}${after}`,
      `${before}${ALPHABET[ALPHABET.indexOf(there) + 1] ?? "0"}${after}`,
    ];
    return [text, others[kind] ?? text];
  })
  .filter(([one, other]) => one !== other);

/** Versions whose sequencers are {@link CONFUSABLE_SEQUENCERS}, before them those of an image that no change is known of, after them those of stores that came later. */
export const CONFUSABLE_VERSIONS: readonly Version[] = [
  { sequencer: "", revision: 0 },
  { sequencer: "", revision: 1 },
  ...CONFUSABLE_SEQUENCERS.map((sequencer) => ({ sequencer, revision: 0 })),
  { sequencer: "1", revision: 10 },
  { sequencer: "1", revision: Number.MAX_SAFE_INTEGER },
  { epoch: 1, sequencer: "", revision: 0 },
  { epoch: 1, sequencer: "1", revision: 0 },
  { epoch: 10, sequencer: "1", revision: 0 },
  { epoch: Number.MAX_SAFE_INTEGER, sequencer: "1", revision: 10 },
].map(version);
