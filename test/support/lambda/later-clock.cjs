/* Loaded into a process first, it has the time of it two hours ahead: what was just done is at rest. `Date.now`, by which its own deadline is measured, stays. */
const AHEAD = 2 * 3_600_000;
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...parts) {
    super(...(parts.length === 0 ? [Real.now() + AHEAD] : parts));
  }
};
