import { type Change, type Delivery, MAX_ATTEMPTS } from "../../domain/model/change.js";
import { quote, SafelightError } from "../../domain/model/errors.js";
import { version } from "../../domain/model/version.js";
import { toSequencer } from "./looks.js";

/** A row of `changes` that was just handed out. */
export interface ChangeRow {
  /** A number, as text. */
  readonly id: string;
  readonly change: string;
  /** Of a look; as text. */
  readonly number: string | null;
  /** The time that it was handed out now included. */
  readonly attempts: number;
}

/**
 * The name of a delivery: the row, and which of its handings-out this one is, so that a receiver that was taken for dead
 * releases nothing that another one has in hand.
 */
export function toDelivery({ id, change, number, attempts }: ChangeRow): Delivery {
  const delivery = { id: `${id}-${attempts}`, change: parseChange(change, number), attempt: attempts };
  // An original that kills its process must not do so at every start.
  return attempts >= MAX_ATTEMPTS ? { ...delivery, isFinalAttempt: true } : delivery;
}

/** The row and the attempt of a delivery; a name that no delivery has is that of no row. */
export function parseDeliveryId(id: string): { readonly row: string; readonly attempt: number } {
  const [, row = "0", attempt = "0"] = /^([0-9]{1,18})-([0-9]{1,9})$/.exec(id) ?? [];
  return { row, attempt: Number(attempt) };
}

/** Orders rows by their age, oldest first. */
export function compareAge(a: ChangeRow, b: ChangeRow): number {
  return Number(BigInt(a.id) - BigInt(b.id));
}

function parseChange(text: string, number: string | null): Change {
  try {
    const parsed = JSON.parse(text) as Change;
    const change = number === null ? parsed : ({ ...parsed, sequencer: toSequencer(number) } as Change);
    return "version" in change ? { ...change, version: version(change.version) } : change;
  } catch (cause) {
    const message = `the database holds ${quote(text)}, which is no change; another program or version must have written it`;
    throw new SafelightError("internal", message, { cause });
  }
}
