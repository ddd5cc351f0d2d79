import type { TiffDirectory } from "./tiff-tags.js";

/** The tags of a time and of its offset, the time of the exposure first (Exif 3.0, 4.6.6.6). */
const TIMES = [
  { time: 0x9003, offset: 0x9011 },
  { time: 0x9004, offset: 0x9012 },
] as const;

/** A date as EXIF writes it or with the separators of others, then a time or blanks. */
const TIME = /^(\d{4})([:/-])(\d\d)\2(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(\S*)|[\s:-]*)$/;

/** A number of one digit that a blank takes to two. */
const BLANK_DIGIT = /(?<=[:/ -]) (?=\d(?!\d))/g;

/** Hours, and minutes if there are any. */
const OFFSET = /^([+-])(0?\d|1[0-4])(?::?([0-5]\d))?$/;

/** The halves of a day by a clock of twelve hours. */
const HALF_DAY = /^[ap]\.?m\.?$/i;

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
  const [, year, , month, day, clock, zone = ""] = TIME.exec(text.trim().replace(BLANK_DIGIT, "0")) ?? [];
  if (year === undefined) return undefined;
  const time = clock !== undefined && HALF_DAY.test(zone) ? convertClock(clock, zone) : clock;
  const date = `${year}-${month}-${day}`;
  const local = time === undefined ? date : `${date}T${time}`;
  const instant = new Date(time === undefined ? `${date}T00:00Z` : `${local}Z`);
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(local)) return undefined;
  return time === undefined ? local : `${local}${parseOffset(offsetText) ?? parseOffset(zone) ?? ""}`;
}

function parseOffset(text: string): string | undefined {
  const offset = text.trim();
  if (/^z$/i.test(offset)) return "+00:00";
  const [, sign, hours, minutes = "00"] = OFFSET.exec(offset) ?? [];
  return hours === undefined ? undefined : `${sign}${hours.padStart(2, "0")}:${minutes}`;
}

/** Converts a time of a clock of twelve hours; hours that it does not have stay as they are. */
function convertClock(clock: string, half: string): string {
  const hour = Number(clock.slice(0, 2));
  if (hour < 1 || hour > 12) return clock;
  const converted = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  return `${String(converted).padStart(2, "0")}${clock.slice(2)}`;
}
