import type { Sharp } from "sharp";
import type { Job } from "./step.js";

/**
 * Writes the metadata that the policy keeps. sharp writes none by itself, the color profile included: pixels are
 * sRGB by then, unless the output keeps its profile. `keep-copyright` writes two fields anew rather than thinning
 * out what the camera wrote.
 */
export function keepMetadata(picture: Sharp, { output, plan }: Job): Sharp {
  const { profile, metadata = plan.metadata } = output;
  if (metadata === "keep-all") {
    const all = picture.keepMetadata();
    // sharp knows no other way to keep everything but the profile, which would belong to other numbers than these.
    return profile === "keep" ? all : all.withIccProfile("srgb", { attach: false });
  }
  const profiled = profile === "keep" ? picture.keepIccProfile() : picture;
  return metadata === "strip" ? profiled : keepCopyright(profiled, plan.source.exif ?? {});
}

function keepCopyright(
  picture: Sharp,
  { artist, copyright }: { readonly artist?: string; readonly copyright?: string },
): Sharp {
  if (artist === undefined && copyright === undefined) return picture;
  const named = picture.withExif({
    IFD0: {
      ...(artist !== undefined && { Artist: artist }),
      ...(copyright !== undefined && { Copyright: copyright }),
    },
  });
  // libvips spells EXIF in ASCII: most of the world's names would come out as question marks. XMP holds them.
  const isAscii = /^[ -~]*$/.test(`${artist ?? ""}${copyright ?? ""}`);
  return isAscii ? named : named.withXmp(formatXmp(artist, copyright));
}

/** Creator and rights in Dublin Core (ISO 16684-1, 8.3). */
function formatXmp(artist: string | undefined, copyright: string | undefined): string {
  const creator =
    artist && `<dc:creator><rdf:Seq><rdf:li>${escapeXml(artist)}</rdf:li></rdf:Seq></dc:creator>`;
  const rights =
    copyright &&
    `<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(copyright)}</rdf:li></rdf:Alt></dc:rights>`;
  const spaces =
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"';
  const body = `<rdf:Description rdf:about="">${creator ?? ""}${rights ?? ""}</rdf:Description>`;
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${spaces}>${body}</rdf:RDF></x:xmpmeta>`;
}

function escapeXml(text: string): string {
  return text
    .replace(/[\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
