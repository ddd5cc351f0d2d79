import type { TiffDirectory } from "./tiff-tags.js";

/** The tags of a time and of its offset, the time of the exposure first (Exif 3.0, 4.6.6.6). */
const TIMES = [
  { time: 0x9003, offset: 0x9011 },
  { time: 0x9004, offset: 0x9012 },
] as const;

/** A date as EXIF writes it or with the separators of others, then a time or blanks. */
const TIME = /^(\d{4})([:/-])(\d\d)\2(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(\S*)|[\s:]*)$/;

const OFFSET = /^([+-])(0\d|1[0-4]):?([0-5]\d)$/;

/**
 * Reads when the picture was taken, or when it was digitized if that alone is known. Cameras whose clock is not set
 * write zeros or blanks: a date that is in no calendar is left out.
 */
export function readTimeTaken(photo: TiffDirectory | undefined): string | undefined {
  for (const { time, offset } of TIMES) {
    const taken = parseTime(photo?.readTexts(time)[0] ?? "", photo?.readTexts(offset)[0] ?? "");
    if (taken !== undefined) return taken;
  }
  return undefined;
}

function parseTime(text: string, offsetText: string): string | undefined {
  const [, year, , month, day, time, zone = ""] = TIME.exec(text.trim()) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  const local = time === undefined ? date : `${date}T${time}`;
  const instant = new Date(time === undefined ? `${date}T00:00Z` : `${local}Z`);
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(local)) return undefined;
  return time === undefined ? local : `${local}${parseOffset(offsetText) ?? parseOffset(zone) ?? ""}`;
}

function parseOffset(text: string): string | undefined {
  const offset = text.trim();
  if (/^z$/i.test(offset)) return "+00:00";
  const [, sign, hours, minutes] = OFFSET.exec(offset) ?? [];
  return hours === undefined ? undefined : `${sign}${hours}:${minutes}`;
}
