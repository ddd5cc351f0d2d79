/** Whether an event has what the pattern of a rule asks for: in each field one of its values. */
export function matchesPattern(event: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(event);
  if (typeof pattern !== "object" || pattern === null || typeof event !== "object" || event === null)
    return false;
  const fields: Readonly<Record<string, unknown>> = { ...event };
  return Object.entries(pattern).every(([name, wanted]) => matchesPattern(fields[name], wanted));
}
