/** Reads the seed of all samples: `SAFELIGHT_SEED`, by default the number of the day since 1970 (UTC). */
export function readSeed(value = process.env.SAFELIGHT_SEED ?? String(Math.floor(Date.now() / 86_400_000))) {
  const seed = Number(value);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new Error(`expected a whole number for SAFELIGHT_SEED but received ${value}`);
}
