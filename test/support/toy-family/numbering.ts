import { randomBytes } from "node:crypto";
import type { Clock } from "../../../src/index.js";

/** Crockford's base 32, whose order is that of ASCII. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Numbers with twenty digits, each one more than the last. */
export function countInDecimals(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return String(count).padStart(20, "0");
  };
}

/** Monotonic ULIDs: 48 bits of milliseconds, then 80 random bits or, as long as time stands still, one more than the last. */
export function countInUlids(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const random = BigInt(`0x${randomBytes(10).toString("hex")}`);
    const drawn = (BigInt(clock().getTime()) << 80n) | random;
    last = drawn > last ? drawn : last + 1n;
    return Array.from(
      { length: 26 },
      (_, index) => DIGITS[Number((last >> BigInt(125 - 5 * index)) & 31n)],
    ).join("");
  };
}
