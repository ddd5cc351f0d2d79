import type { Sharp } from "sharp";
import type { Rights } from "../../../domain/model/image-metadata.js";
import { cleanXmp } from "../xmp/clean-xmp.js";
import { formatXmpRights } from "../xmp/format-xmp-rights.js";
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
 * The XMP packet of an output: the original's, without what is no longer true, or the rights alone where EXIF cannot hold
 * them. A GIF has no EXIF, and all of them are in XMP.
 */
export async function chooseXmp(picture: Sharp, { output, plan }: Job): Promise<string | undefined> {
  const { format, metadata = plan.metadata } = output;
  const { exif, rights } = plan.source;
  if (metadata === "strip") return undefined;
  if (metadata === "keep-all") {
    const { xmp } = await picture.metadata();
    if (xmp) return cleanXmp(xmp);
    return format === "gif" && rights ? formatXmpRights(rights) : undefined;
  }
  const isInExif = rights?.creator === exif?.artist && rights?.copyright === exif?.copyright;
  const isEnough = isInExif && !rights?.credit && !rights?.usageTerms && isAscii(rights);
  return rights && !(isEnough && format !== "gif") ? formatXmpRights(rights) : undefined;
}

function addXmp(picture: Sharp, xmp: string | undefined): Sharp {
  return xmp === undefined ? picture : picture.withXmp(xmp);
}

function addExifRights(picture: Sharp, { creator, copyright }: Rights = {}): Sharp {
  if (creator === undefined && copyright === undefined) return picture;
  return picture.withExif({
    IFD0: {
      ...(creator !== undefined && { Artist: creator }),
      ...(copyright !== undefined && { Copyright: copyright }),
    },
  });
}

/** libvips spells EXIF in ASCII: most of the world's names would come out as question marks. */
function isAscii({ creator = "", copyright = "" }: Rights = {}): boolean {
  return /^[ -~]*$/.test(`${creator}${copyright}`);
}
