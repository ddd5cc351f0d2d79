/*
 * Loaded into a function's process before its code: pixels whose file says DIES-WHILE-DECODING end the process, as a
 * hole in a decoder or the system's out-of-memory killer would. Looking at the header is harmless, as it is there. With
 * the environment variable ALL_PIXELS_DIE every picture does that, as on a machine that no decoder can work on.
 */
const Module = require("node:module");

const MARK = "DIES-WHILE-DECODING";
const load = Module._load;

Module._load = function loadAndWatch(request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (!/^@img\/sharp-.*\.node$/.test(request) || loaded.watched) return loaded;
  loaded.watched = true;
  const { pipeline } = loaded;
  loaded.pipeline = function decode(options, ...others) {
    const { buffer } = options.input;
    const deadly = "ALL_PIXELS_DIE" in process.env || (buffer && Buffer.from(buffer).includes(MARK));
    if (deadly) process.kill(process.pid, "SIGKILL");
    return pipeline.call(this, options, ...others);
  };
  return loaded;
};
