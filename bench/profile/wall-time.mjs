import { PROFILE } from "./parts.mjs";

/** Where nothing is at work. */
const NOTHING = "nothing";

/**
 * The wall time of a command by part, in microseconds: as long as `measured`, divided as it was in the run that was
 * `sampled`, whose processes have these `spans`. What is not said is unexplained.
 */
export function computeWall(measured, sampled, spans) {
  const command = sampled.find(({ role }) => role === "command");
  const like = measured.find(({ role }) => role === "command");
  const total = new Map();
  for (const [from, to] of [
    ["born", "begun"],
    ["begun", "worked"],
    ["worked", "ended"],
  ]) {
    const found = shareTime(spans, readTime(command, from), readTime(command, to));
    found.delete(PROFILE);
    const whole = [...found.values()].reduce((sum, time) => sum + time, 0);
    const length = readTime(like, to === "begun" ? "loaded" : to) - readTime(like, from);
    for (const [part, time] of found)
      if (part !== NOTHING) total.set(part, (total.get(part) ?? 0) + (time * length) / whole);
  }
  return total;
}

function readTime(notes, name) {
  return name === "born" ? notes.born : notes[name].at;
}

/**
 * The time between two moments by part. Where several parts are at work at a time, in one process or in several, each gets
 * an equal share of it.
 */
function shareTime(spans, from, to) {
  const edges = [];
  for (const { at, end, part } of spans) {
    const [first, last] = [Math.max(at, from), Math.min(end, to)];
    if (last > first) edges.push([first, 1, part], [last, -1, part]);
  }
  edges.sort(([a], [b]) => a - b);
  const total = new Map();
  const open = new Map();
  let last = from;
  for (const [at, step, part] of [...edges, [to, 0, NOTHING]]) {
    const parts = [...open].filter(([name, number]) => number > 0 && name !== PROFILE);
    const shares = parts.length > 0 ? parts : [[open.get(PROFILE) > 0 ? PROFILE : NOTHING, 1]];
    const count = shares.reduce((sum, [, number]) => sum + number, 0);
    for (const [name, number] of shares)
      total.set(name, (total.get(name) ?? 0) + ((at - last) * number) / count);
    last = at;
    open.set(part, (open.get(part) ?? 0) + step);
  }
  return total;
}
