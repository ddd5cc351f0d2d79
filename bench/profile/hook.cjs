/*
 * Loaded into the command and into its renderers before anything else (`NODE_OPTIONS=--require`), it notes each call
 * that works outside of JavaScript, and what the main thread and the others took until then. With
 * SAFELIGHT_PROFILE_SAMPLES it samples what the main thread runs, too: that makes the start take half as long again, so
 * that times are taken without. At the end it writes a file into the folder that SAFELIGHT_PROFILE names. All times
 * are in microseconds, on the clock that all processes share.
 */
const loadedAt = Number(process.hrtime.bigint() / 1000n);
const loadedCpu = readProcessCpu();

const { ChildProcess } = require("node:child_process");
const fs = require("node:fs");
const { Session } = require("node:inspector");
const { Module, syncBuiltinESMExports } = require("node:module");
const { join } = require("node:path");

const SAMPLING_INTERVAL = 250;

/** The file systems' own calls, kept because the ones of `fs` are replaced below. */
const { readSync, openSync, writeFileSync } = fs;
const mainThread = openThread(process.pid);
const text = Buffer.alloc(64);
const calls = [];
const marks = [];
const wrapped = new WeakMap();
let session;

wrapFileSystem();
wrapNativeModules();
if (process.send === undefined) askRenderersForTheirNotes();
else process.on("SIGUSR2", () => process.exit(0));
process.once("exit", writeNotes);
if (process.env.SAFELIGHT_PROFILE_SAMPLES !== undefined) startSampling();
const begun = { at: readClock(), main: readMainCpu(), other: readOtherCpu() };
/** The first call that is noted: what comes before is the start. */
let worked;

function startSampling() {
  session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL });
  session.post("Profiler.start");
}

function readClock() {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Of all threads. */
function readProcessCpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function openThread(id) {
  return openSync(`/proc/self/task/${id}/schedstat`);
}

function readThreadCpu(file) {
  const length = readSync(file, text, 0, text.length, 0);
  return Number.parseInt(text.latin1Slice(0, length), 10) / 1000;
}

/** Of this thread. The system brings the figure up to date when it is asked for the whole process's. */
function readMainCpu() {
  process.cpuUsage();
  return readThreadCpu(mainThread);
}

function readOtherCpu() {
  return readProcessCpu() - readMainCpu();
}

/** Notes the time of the other threads up to now. */
function noteOthers() {
  noteFirst();
  marks.push([readClock(), readOtherCpu()]);
}

function noteFirst() {
  worked ??= { at: readClock(), main: readMainCpu() };
}

/** A call that blocks this thread. */
function wrapBlocking(part, call) {
  return function (...args) {
    noteFirst();
    const [at, cpu] = [readClock(), readMainCpu()];
    try {
      return call.apply(this, args);
    } finally {
      calls.push({ part, blocking: true, at, end: readClock(), cpu: readMainCpu() - cpu });
    }
  };
}

/** A call that tells its end to its last argument. */
function wrapAsynchronous(choosePart, call) {
  return function (...args) {
    const told = args.pop();
    const noted = { part: choosePart(args), at: readClock() };
    noteOthers();
    return call.call(this, ...args, (...result) => {
      noteOthers();
      noted.end = readClock();
      calls.push(noted);
      told(...result);
    });
  };
}

function wrapFileSystem() {
  fs.fsyncSync = wrapBlocking("fsync", fs.fsyncSync);
  fs.fsync = wrapAsynchronous(() => "fsync", fs.fsync);
  syncBuiltinESMExports();
}

/** sharp's and SQLite's machine code, when it is loaded. */
function wrapNativeModules() {
  const load = Module._load;
  Module._load = function (...args) {
    const loaded = load.apply(this, args);
    const isSharp = typeof loaded?.pipeline === "function" && typeof loaded.metadata === "function";
    if (isSharp) return wrapOnce(loaded, wrapSharp);
    return typeof loaded?.databaseExecSync === "function" ? wrapOnce(loaded, wrapSqlite) : loaded;
  };
}

/** Once, though one module hands on what another has loaded. */
function wrapOnce(loaded, wrap) {
  if (wrapped.has(loaded)) return wrapped.get(loaded);
  const own = wrap(loaded);
  wrapped.set(loaded, own);
  wrapped.set(own, own);
  return own;
}

function wrapSharp(binding) {
  return {
    ...binding,
    metadata: wrapAsynchronous(() => "inspecting: metadata()", binding.metadata),
    pipeline: wrapAsynchronous(([options]) => nameWork(options), binding.pipeline),
  };
}

/** The work of one pipeline of libvips, by what goes in and what comes out. */
function nameWork({ input, formatOut }) {
  if (input.rawChannels > 0)
    return formatOut === "raw" ? "scaling from pixels in memory" : `encoding ${formatOut}`;
  return formatOut === "raw" ? "decoding" : `decoding and encoding ${formatOut}`;
}

function wrapSqlite(binding) {
  const entries = Object.entries(binding).map(([name, call]) => [
    name,
    typeof call === "function" ? wrapBlocking("SQLite", call) : call,
  ]);
  return Object.fromEntries(entries);
}

/** A renderer is killed when it is no longer needed: now it is asked to write its notes and end. */
function askRenderersForTheirNotes() {
  const { kill } = ChildProcess.prototype;
  ChildProcess.prototype.kill = function () {
    return kill.call(this, "SIGUSR2");
  };
}

function writeNotes() {
  noteOthers();
  const ended = { at: readClock(), main: readMainCpu() };
  const born = loadedAt - Math.round(performance.now() * 1000 - (readClock() - loadedAt));
  const role = process.send === undefined ? "command" : "renderers";
  const notes = { role, born, loaded: { at: loadedAt, cpu: loadedCpu }, begun, worked, ended, calls, marks };
  const write = (_, found) =>
    writeFileSync(
      join(process.env.SAFELIGHT_PROFILE, `${process.pid}.json`),
      JSON.stringify({ ...notes, profile: found?.profile }),
    );
  if (session === undefined) write();
  else session.post("Profiler.stop", write);
}
