/** Tags of TIFF that are read by number. */
export const TIFF_TAG = {
  orientation: 274,
  xResolution: 282,
  yResolution: 283,
  resolutionUnit: 296,
  xmp: 700,
  iptc: 33723,
  photoshop: 34377,
  icc: 34675,
} as const;

/** Names by number, of the tags that programs write most (TIFF 6.0, part 5; TIFF/EP; Exif). */
const NAMES: Readonly<Record<number, string>> = {
  254: "NewSubfileType",
  255: "SubfileType",
  269: "DocumentName",
  270: "ImageDescription",
  271: "Make",
  272: "Model",
  274: "Orientation",
  280: "MinSampleValue",
  281: "MaxSampleValue",
  282: "XResolution",
  283: "YResolution",
  285: "PageName",
  296: "ResolutionUnit",
  297: "PageNumber",
  301: "TransferFunction",
  305: "Software",
  306: "DateTime",
  315: "Artist",
  316: "HostComputer",
  318: "WhitePoint",
  319: "PrimaryChromaticities",
  330: "SubIFDs",
  333: "InkNames",
  337: "TargetPrinter",
  700: "XMP",
  33432: "Copyright",
  33723: "IPTC",
  34377: "Photoshop",
  34665: "Exif",
  34675: "ICC profile",
  34853: "GPS",
};

/** Names a tag for people. */
export function nameTiffTag(tag: number): string {
  const name = NAMES[tag];
  return name === undefined ? `tag ${tag}` : `${name} (tag ${tag})`;
}
