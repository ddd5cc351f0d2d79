import type { ExifFacts } from "../../domain/model/image-metadata.js";
import { computeUprightSize } from "../../domain/model/size.js";
import type { ImageTagger, Tag, TaggingInput } from "../../ports/image-tagger.js";
import { nameColor } from "./color-name.js";

/** The long side of a panorama is at least so many times the short one. */
const MIN_PANORAMA_RATIO = 2;

/** Sides that differ by less than this share of the longer one look equal. */
const MAX_SQUARE_DIFFERENCE = 0.02;

/** Between the tropics, in degrees, the year has no four seasons. */
const TROPIC_DEGREES = 23.4;

const SEASONS = ["winter", "spring", "summer", "autumn"] as const;

/** Words that camera makers put around their names. */
const COMPANY_WORDS =
  /\b(?:corporation|corp|company|co|ltd|inc|gmbh|ag|imaging|optical|electronics|technology|camera|digital)\b[.,]*/g;

/**
 * Tags from what is known anyway: the shape, the main colour, whether it moves, what camera made it and when. It looks
 * at no pixel and asks nobody, so tags can be had without a network.
 */
export class LocalImageTagger implements ImageTagger {
  readonly provider = "local";
  readonly moderates = false;

  async tag({ facts, dominantColor }: TaggingInput): Promise<readonly Tag[]> {
    const gray = facts.colorSpace === "b-w" || facts.colorSpace === "grey16";
    const tags = [
      ...findShapeTags(facts),
      ...(facts.frames > 1 ? [createCertainTag("animated")] : []),
      // An alpha channel need not be used, and a moving picture often has one only to save bytes.
      ...(facts.hasAlpha && facts.frames === 1 ? [{ name: "transparent", confidence: 70 }] : []),
      ...(gray ? [createCertainTag("black-and-white")] : []),
      ...(dominantColor !== undefined && !gray ? [{ name: nameColor(dominantColor), confidence: 90 }] : []),
      ...(facts.exif ? findCameraTags(facts.exif) : []),
      ...(facts.exif ? findSeasonTags(facts.exif) : []),
    ].sort((a, b) => b.confidence - a.confidence);
    // A maker may be named like a colour.
    return [...new Map(tags.toReversed().map((tag) => [tag.name, tag])).values()].reverse();
  }
}

function createCertainTag(name: string): Tag {
  return { name, confidence: 100 };
}

function findShapeTags(facts: TaggingInput["facts"]): readonly Tag[] {
  const { width, height } = computeUprightSize(facts, facts.orientation);
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (long - short < long * MAX_SQUARE_DIFFERENCE) return [createCertainTag("square")];
  const shape = createCertainTag(width > height ? "landscape" : "portrait");
  return long >= short * MIN_PANORAMA_RATIO ? [createCertainTag("panorama"), shape] : [shape];
}

/** The maker as people call it: `NIKON CORPORATION` is `nikon`. */
function findCameraTags({ make }: ExifFacts): readonly Tag[] {
  const name = (make ?? "").toLowerCase().replace(COMPANY_WORDS, " ").replace(/\s+/g, " ").trim();
  return name === "" || name.length > 40 ? [] : [createCertainTag(name)];
}

/** The season that the calendar gives. Without a position the north is assumed, where most pictures are taken. */
function findSeasonTags({ takenAt, position }: ExifFacts): readonly Tag[] {
  const month = Number(/^\d{4}-(0[1-9]|1[0-2])-/.exec(takenAt ?? "")?.[1] ?? 0);
  if (month === 0 || (position && Math.abs(position.latitude) < TROPIC_DEGREES)) return [];
  const half = position && position.latitude < 0 ? 2 : 0;
  const season = SEASONS[(Math.floor((month % 12) / 3) + half) % 4];
  return season === undefined ? [] : [{ name: season, confidence: position ? 95 : 85 }];
}
