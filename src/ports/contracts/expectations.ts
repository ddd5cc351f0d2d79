import assert from "node:assert/strict";
import { type ErrorCode, hasCode } from "../../domain/model/errors.js";
import type { Page } from "../../domain/model/page.js";
import type { Trials } from "./contract.js";

/** Fails unless the promise is rejected with a `SafelightError` of this code; resolves to its message. */
export async function refuses(code: ErrorCode, promise: Promise<unknown>, what: string): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason ?? "nothing",
  );
  assert.ok(error !== undefined, `expected ${code} for ${what} but it resolved`);
  assert.ok(hasCode(error, code), `expected ${code} for ${what} but received ${String(error)}`);
  return error.message;
}

/**
 * Fails unless both are the same data. Prototypes do not count: a value that came from a database, or out of another
 * realm (where a test runner puts one), is as good as a literal. A field that is `undefined` is not an absent one.
 */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  try {
    assert.deepStrictEqual(toPlain(actual), toPlain(expected));
  } catch (error) {
    assert.fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, toPlain);
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Object.prototype.toString.call(value) === "[object Date]") return `time ${Number(value)}`;
  if (value === null || typeof value !== "object") return value;
  return new Map(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, toPlain(inner)]),
  );
}

/**
 * Returns the hook that a harness offers for one law. A harness that leaves it out breaks that law, so that its adapter has to declare
 * a gap and say what users live with: a law is never skipped in silence.
 */
export function requireHook<Hook>(hook: Hook | undefined, name: string): Hook {
  if (hook === undefined) assert.fail(`expected the harness to offer ${name} but it does not`);
  return hook;
}

/** All items of a listing, page by page; fails when it does not end. */
export async function iterateItems<Item>(
  page: (cursor: string | undefined) => Promise<Page<Item>>,
  afterFirstPage?: () => Promise<void>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1_000; pages += 1) {
    const next = await page(cursor);
    items.push(...next.items);
    if (next.cursor === undefined) return items;
    if (pages === 0) await afterFirstPage?.();
    cursor = next.cursor;
  }
  return assert.fail("expected the listing to end but it had 1,000 pages");
}

/** The options of one fast-check run. */
export function draw({ runs = 25, seed }: Trials): { numRuns: number; seed?: number } {
  return { numRuns: runs, ...(seed !== undefined && { seed }) };
}

/** `text` as UTF-8. */
export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Forged values in place of the position that an adapter keeps in a cursor. */
export const FORGED_POSITIONS: readonly string[] = [
  "0",
  "-1",
  "a",
  " ",
  "\0",
  "~",
  "' OR 1=1 --",
  "{}",
  "[",
  "null",
  "../..",
  "2026-01-01T00:00:00.000Z",
  "\u{1f4f7}",
  "x".repeat(1_500),
];

/** The items of a page; none if it is refused as `invalid-input`. */
export async function readPageUnlessRefused<Item>(page: Promise<Page<Item>>): Promise<readonly Item[]> {
  try {
    return (await page).items;
  } catch (error) {
    if (hasCode(error, "invalid-input")) return [];
    throw error;
  }
}
