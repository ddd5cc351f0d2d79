import type { ExifFacts } from "../../domain/model/image-metadata.js";
import { uprightSize } from "../../domain/model/size.js";
import type { ImageTagger, Tag, TaggingInput } from "../../ports/image-tagger.js";
import { colourName } from "./colour-name.js";

/** The long side of a panorama is at least so many times the short one. */
const PANORAMA = 2;

/** Sides that differ by less than this share of the longer one look equal. */
const SQUARE = 0.02;

/** Between the tropics, in degrees, the year has no four seasons. */
const TROPIC = 23.4;

const SEASONS = ["winter", "spring", "summer", "autumn"] as const;

/** Words that camera makers put around their names. */
const COMPANY =
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
      ...shapesOf(facts),
      ...(facts.frames > 1 ? [certain("animated")] : []),
      // An alpha channel need not be used, and a moving picture often has one only to save bytes.
      ...(facts.hasAlpha && facts.frames === 1 ? [{ name: "transparent", confidence: 70 }] : []),
      ...(gray ? [certain("black-and-white")] : []),
      ...(dominantColor !== undefined && !gray ? [{ name: colourName(dominantColor), confidence: 90 }] : []),
      ...(facts.exif ? cameraOf(facts.exif) : []),
      ...(facts.exif ? seasonOf(facts.exif) : []),
    ].sort((a, b) => b.confidence - a.confidence);
    // A maker may be named like a colour.
    return [...new Map(tags.toReversed().map((tag) => [tag.name, tag])).values()].reverse();
  }
}

function certain(name: string): Tag {
  return { name, confidence: 100 };
}

function shapesOf(facts: TaggingInput["facts"]): readonly Tag[] {
  const { width, height } = uprightSize(facts, facts.orientation);
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (long - short < long * SQUARE) return [certain("square")];
  const shape = certain(width > height ? "landscape" : "portrait");
  return long >= short * PANORAMA ? [certain("panorama"), shape] : [shape];
}

/** The maker as people call it: `NIKON CORPORATION` is `nikon`. */
function cameraOf({ make }: ExifFacts): readonly Tag[] {
  const name = (make ?? "").toLowerCase().replace(COMPANY, " ").replace(/\s+/g, " ").trim();
  return name === "" || name.length > 40 ? [] : [certain(name)];
}

/** The season that the calendar gives. Without a position the north is assumed, where most pictures are taken. */
function seasonOf({ takenAt, position }: ExifFacts): readonly Tag[] {
  const month = Number(/^\d{4}-(0[1-9]|1[0-2])-/.exec(takenAt ?? "")?.[1] ?? 0);
  if (month === 0 || (position && Math.abs(position.latitude) < TROPIC)) return [];
  const half = position && position.latitude < 0 ? 2 : 0;
  const season = SEASONS[(Math.floor((month % 12) / 3) + half) % 4];
  return season === undefined ? [] : [{ name: season, confidence: position ? 95 : 85 }];
}
