import type { Sharp } from "sharp";
import type { PlannedImage, RenderPlan } from "../../domain/model/render-plan.js";

/**
 * Writes the metadata that the policy keeps. sharp writes none by itself, the colour profile included: pixels are
 * sRGB by then, unless the output keeps its profile. `keep-copyright` writes two fields anew rather than thinning
 * out what the camera wrote.
 */
export function keepMetadata(
  picture: Sharp,
  { profile, metadata: own }: PlannedImage,
  { metadata: planned, source }: RenderPlan,
): Sharp {
  const metadata = own ?? planned;
  if (metadata === "keep-all") {
    const all = picture.keepMetadata();
    // sharp knows no other way to keep everything but the profile, which would belong to other numbers than these.
    return profile === "keep" ? all : all.withIccProfile("srgb", { attach: false });
  }
  const coloured = profile === "keep" ? picture.keepIccProfile() : picture;
  const { artist, copyright } = source.exif ?? {};
  if (metadata === "strip" || (artist === undefined && copyright === undefined)) return coloured;
  return coloured.withExif({
    IFD0: {
      ...(artist !== undefined && { Artist: artist }),
      ...(copyright !== undefined && { Copyright: copyright }),
    },
  });
}
