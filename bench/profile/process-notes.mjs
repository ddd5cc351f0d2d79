import { choosePart, IDLE, PROFILE, THREADS } from "./parts.mjs";

const SPAWN = { command: "start of Node, command", renderers: "start of Node, renderers" };

/** The phases of a process: before and after the first call that is noted. */
const PHASES = ["start", "work"];

/** The time line of a process that was sampled, in parts. Where its main thread waited, it has the calls that it waited for. */
export function listSpans(notes) {
  const { role, born, loaded, begun } = notes;
  const samples = listSamples(notes);
  return [
    { at: born, end: loaded.at, part: SPAWN[role] },
    { at: loaded.at, end: begun.at, part: PROFILE },
    ...samples.filter(({ part }) => part !== IDLE),
    ...listWaits(samples, notes),
  ];
}

/**
 * The processor time by part, in microseconds, of processes that were not sampled: what others of their kind were doing
 * tells what their main threads did.
 */
export function computeCpu(processes, sampled) {
  const total = new Map();
  const add = (part, time) => total.set(part, (total.get(part) ?? 0) + time);
  for (const notes of processes) {
    const { role, loaded, begun, worked, ended } = notes;
    const blocking = notes.calls.filter((call) => call.blocking);
    const inCalls = blocking.reduce((sum, { cpu }) => sum + cpu, 0);
    add(SPAWN[role], loaded.cpu);
    for (const { part, cpu } of blocking) add(part, cpu);
    for (const [part, time] of listOtherCpu(notes)) add(part, time);
    const main = { start: worked.main - begun.main, work: ended.main - worked.main - inCalls };
    for (const phase of PHASES)
      for (const [part, share] of sampled[role][phase]) add(part, share * main[phase]);
  }
  return total;
}

/** The shares of the parts in what the main threads did beside the calls that block, by role and phase. */
export function computeShares(processes) {
  const roles = Object.keys(SPAWN).map((role) => {
    const own = processes.filter((notes) => notes.role === role);
    return [role, Object.fromEntries(PHASES.map((phase) => [phase, computePhase(own, phase)]))];
  });
  return Object.fromEntries(roles);
}

function computePhase(processes, phase) {
  const time = new Map();
  for (const notes of processes) {
    const measured = new Set(notes.calls.filter((call) => call.blocking).map(({ part }) => part));
    for (const { part, at, end } of listSamples(notes)) {
      const isInPhase = (at < notes.worked.at ? "start" : "work") === phase;
      if (isInPhase && part !== IDLE && part !== PROFILE && !measured.has(part))
        time.set(part, (time.get(part) ?? 0) + end - at);
    }
  }
  const whole = [...time.values()].reduce((sum, value) => sum + value, 0);
  return [...time].map(([part, value]) => [part, value / whole]);
}

const remembered = new WeakMap();

/** The samples from the begin of the notes to their end, neighbours of one part put together. */
function listSamples(notes) {
  if (!remembered.has(notes)) remembered.set(notes, mergeSamples(notes));
  return remembered.get(notes);
}

function mergeSamples({ profile, begun, worked, ended, role }) {
  const parts = namePartsOfNodes(profile, role);
  const found = [];
  let at = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const before = at;
    at += profile.timeDeltas[index];
    const part = parts.get(id);
    const last = found.at(-1);
    if (last) last.end = at;
    const isFirst = before < worked.at && at >= worked.at;
    if (at >= begun.at && (last?.part !== part || isFirst)) found.push({ at, end: at, part });
  }
  const last = found.at(-1);
  if (last) last.end = Math.max(last.at, ended.at);
  return found;
}

/** The part of each node of the call tree, by its id. */
function namePartsOfNodes({ nodes }, role) {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const listStack = (id) => {
    const stack = [];
    for (let node = id; node !== undefined; node = parents.get(node)) stack.push(frames.get(node));
    return stack;
  };
  const addRole = (part) => (part === "loading modules" ? `${part}, ${role}` : part);
  return new Map(nodes.map(({ id }) => [id, addRole(choosePart(listStack(id)))]));
}

/** The asynchronous calls that were under way while the main thread waited. */
function listWaits(samples, { calls }) {
  const idle = samples.filter(({ part }) => part === IDLE);
  return calls
    .filter(({ blocking }) => !blocking)
    .flatMap(({ part, at, end }) =>
      idle
        .filter((wait) => wait.at < end && wait.end > at)
        .map((wait) => ({ at: Math.max(at, wait.at), end: Math.min(end, wait.end), part })),
    );
}

/** The processor time of all other threads: of the calls that were under way, in equal shares. */
function listOtherCpu({ begun, worked, calls, marks }) {
  const found = [];
  let [last, spent] = [begun.at, begun.other];
  for (const [at, cpu] of marks) {
    const open = calls.filter((call) => !call.blocking && call.at <= last && call.end >= at);
    const otherwise = last < worked.at ? THREADS.start : THREADS.work;
    const names = open.length > 0 ? open.map(({ part }) => part) : [otherwise];
    for (const part of names) found.push([part, (cpu - spent) / names.length]);
    [last, spent] = [at, cpu];
  }
  return found;
}
