const UNITS = ["B", "kB", "MB", "GB"] as const;

/** Formats a number of bytes in the unit that leaves at most three digits in front of the point. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  return `${amount.toFixed(digits)} ${UNITS[unit]}`;
}

/** Formats a part of a whole in percent: less than one is no nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return "";
  const share = (part / whole) * 100;
  return share > 0 && share < 1 ? "< 1 %" : `${Math.round(share)} %`;
}

const times = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Formats a time of the API in the reader's own zone and language. */
export function formatTime(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : times.format(date);
}

/** Formats how many there are, with the plural by an s. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

const AGES = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [Number.POSITIVE_INFINITY, "day", 86_400],
] as const;

const ages = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** Formats how long ago a time was. */
export function formatAge(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1_000);
  const [, unit, length] = AGES.find(([end]) => seconds < end) ?? AGES[3];
  return ages.format(-Math.floor(seconds / length), unit);
}
