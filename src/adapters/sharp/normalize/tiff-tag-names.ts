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
  256: "ImageWidth",
  257: "ImageLength",
  258: "BitsPerSample",
  259: "Compression",
  262: "PhotometricInterpretation",
  269: "DocumentName",
  270: "ImageDescription",
  271: "Make",
  272: "Model",
  273: "StripOffsets",
  274: "Orientation",
  277: "SamplesPerPixel",
  278: "RowsPerStrip",
  279: "StripByteCounts",
  280: "MinSampleValue",
  281: "MaxSampleValue",
  282: "XResolution",
  283: "YResolution",
  284: "PlanarConfiguration",
  285: "PageName",
  296: "ResolutionUnit",
  297: "PageNumber",
  301: "TransferFunction",
  305: "Software",
  306: "DateTime",
  315: "Artist",
  316: "HostComputer",
  317: "Predictor",
  318: "WhitePoint",
  319: "PrimaryChromaticities",
  320: "ColorMap",
  322: "TileWidth",
  323: "TileLength",
  324: "TileOffsets",
  325: "TileByteCounts",
  330: "SubIFDs",
  333: "InkNames",
  337: "TargetPrinter",
  338: "ExtraSamples",
  339: "SampleFormat",
  347: "JPEGTables",
  700: "XMP",
  33432: "Copyright",
  33723: "IPTC",
  34377: "Photoshop",
  34665: "Exif",
  34675: "ICC profile",
  34853: "GPS",
};

/** Whether a tag is one of those that programs write most. */
export function isNamedTag(tag: number): boolean {
  return Object.hasOwn(NAMES, tag);
}

/** Names a tag for people. */
export function nameTiffTag(tag: number): string {
  const name = NAMES[tag];
  return name === undefined ? `tag ${tag}` : `${name} (tag ${tag})`;
}
