import { type JpegSegment, MARKER, walkJpegSegments } from "../normalize/jpeg-segments.js";
import { PHOTOSHOP_NAME } from "./photoshop-resources.js";

/** The bytes of a segment before its data: marker and length. */
const HEAD_BYTES = 4;

/** Finds the segments of a JPEG that hold Photoshop's resources. Other programs use the same marker. */
export function findPhotoshopSegments(jpeg: Uint8Array): readonly JpegSegment[] {
  const name = Buffer.from(PHOTOSHOP_NAME, "latin1");
  return [...walkJpegSegments(jpeg)].filter(
    ({ marker, start, end }) =>
      marker === MARKER.app13 &&
      Buffer.from(jpeg.subarray(start + HEAD_BYTES, end))
        .subarray(0, name.length)
        .equals(name),
  );
}

/** Reads all Photoshop blocks of a JPEG as one: what is longer than a segment goes on in the next. `undefined` if there are none. */
export function readPhotoshopBlock(
  jpeg: Uint8Array,
  segments: readonly JpegSegment[] = findPhotoshopSegments(jpeg),
): Uint8Array | undefined {
  if (segments.length === 0) return undefined;
  const parts = segments.map(({ start, end }) =>
    jpeg.subarray(start + HEAD_BYTES + PHOTOSHOP_NAME.length, end),
  );
  return Buffer.concat([Buffer.from(PHOTOSHOP_NAME, "latin1"), ...parts]);
}
