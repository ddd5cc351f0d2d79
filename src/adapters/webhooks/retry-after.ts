/** Reads how many seconds a `Retry-After` asks for, written as seconds or as a date; `undefined` if it asks for none. */
export function parseWaitingTime(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const milliseconds = Date.parse(header) - now.getTime();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.ceil(milliseconds / 1_000));
}
