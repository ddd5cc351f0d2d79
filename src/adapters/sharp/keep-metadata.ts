import type { Sharp } from "sharp";
import type { RenderPlan } from "../../domain/model/render-plan.js";

/**
 * Writes the metadata that the policy keeps. sharp writes none by itself, the colour profile included: pixels are
 * sRGB by then. `keep-copyright` writes two fields anew rather than thinning out what the camera wrote.
 */
export function keepMetadata(picture: Sharp, { metadata, source }: RenderPlan): Sharp {
  if (metadata === "keep-all") return picture.keepExif().keepXmp();
  const { artist, copyright } = source.exif ?? {};
  if (metadata === "strip" || (artist === undefined && copyright === undefined)) return picture;
  return picture.withExif({
    IFD0: {
      ...(artist !== undefined && { Artist: artist }),
      ...(copyright !== undefined && { Copyright: copyright }),
    },
  });
}
