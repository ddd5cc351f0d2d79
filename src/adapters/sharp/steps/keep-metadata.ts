import type { Sharp } from "sharp";
import type { Rights } from "../../../domain/model/image-metadata.js";
import { findRights } from "../inspect/rights.js";
import { ASCII, listEntries, openTiff } from "../inspect/tiff-structure.js";
import { cleanXmp } from "../xmp/clean-xmp.js";
import { addXmpRights, formatXmpRights } from "../xmp/format-xmp-rights.js";
import type { Job } from "./step.js";

/**
 * Writes the metadata that the policy keeps. sharp writes none by itself, the color profile included: pixels are
 * sRGB by then, unless the output keeps its profile. `keep-copyright` writes the rights anew rather than thinning out
 * what the camera wrote.
 */
export async function keepMetadata(picture: Sharp, job: Job): Promise<Sharp> {
  const { profile, metadata = job.plan.metadata } = job.output;
  const xmp = await chooseXmp(picture, job);
  if (metadata === "keep-all") {
    const all = addXmp(picture.keepMetadata(), xmp);
    // sharp knows no other way to keep everything but the profile, which would belong to other numbers than these.
    return profile === "keep" ? all : all.withIccProfile("srgb", { attach: false });
  }
  const profiled = profile === "keep" ? picture.keepIccProfile() : picture;
  return metadata === "strip" ? profiled : addXmp(addExifRights(profiled, job.plan.source.rights), xmp);
}

/**
 * The XMP packet of an output: the original's, without what is no longer true, and the rights that would have no other place;
 * or the rights alone where EXIF cannot hold them.
 */
export async function chooseXmp(picture: Sharp, { output, plan }: Job): Promise<string | undefined> {
  const { format, metadata = plan.metadata } = output;
  const { exif, rights = {} } = plan.source;
  if (metadata === "strip") return undefined;
  if (metadata === "keep-all") {
    const kept = await picture.metadata();
    // libvips writes EXIF into all formats but GIF, IPTC into a JPEG alone, and reads neither of them in every original.
    const said = findRights({
      exif: format !== "gif" && kept.exif && hasPlainRights(kept.exif) ? exif : undefined,
      xmp: kept.xmp,
      iptc: format === "jpeg" ? kept.iptc : undefined,
    });
    const lost = Object.fromEntries(
      Object.entries(rights).filter(([name]) => !Object.hasOwn(said ?? {}, name)),
    );
    const isLost = Object.keys(lost).length > 0;
    if (kept.xmp) return isLost ? addXmpRights(cleanXmp(kept.xmp), lost) : cleanXmp(kept.xmp);
    return isLost ? formatXmpRights(lost) : undefined;
  }
  if (Object.keys(rights).length === 0) return undefined;
  const isInExif = rights.creator === exif?.artist && rights.copyright === exif?.copyright;
  const isEnough = isInExif && !rights.credit && !rights.usageTerms && isAscii(rights);
  return isEnough && format !== "gif" ? undefined : formatXmpRights(rights);
}

/** Tags of EXIF for artist and copyright. */
const RIGHTS_TAGS: ReadonlySet<number> = new Set([315, 33_432]);

const MAX_ENTRIES = 1_000;

/** Whether an EXIF block has rights only as texts of the oldest type: libvips writes no others. */
function hasPlainRights(block: Uint8Array): boolean {
  const structure = openTiff(block);
  const entries = structure ? listEntries(structure, MAX_ENTRIES) : [];
  return entries.every(({ tag, type }) => !RIGHTS_TAGS.has(tag) || type === ASCII);
}

function addXmp(picture: Sharp, xmp: string | undefined): Sharp {
  return xmp === undefined ? picture : picture.withXmp(xmp);
}

/** libvips takes the last parentheses of a text for a note of its own, and cuts them off. */
const NOTE = " ( )";

function addExifRights(picture: Sharp, { creator, copyright }: Rights = {}): Sharp {
  if (creator === undefined && copyright === undefined) return picture;
  return picture.withExif({
    IFD0: {
      ...(creator !== undefined && { Artist: creator + NOTE }),
      ...(copyright !== undefined && { Copyright: copyright + NOTE }),
    },
  });
}

/** libvips spells EXIF in ASCII: most of the world's names would come out as question marks. */
function isAscii({ creator = "", copyright = "" }: Rights = {}): boolean {
  return /^[ -~]*$/.test(`${creator}${copyright}`);
}
