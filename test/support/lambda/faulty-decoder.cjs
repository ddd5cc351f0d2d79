/*
 * Loaded into a process before its code: pixels whose file says DIES-WHILE-DECODING end the process, as a hole in a
 * decoder or the system's out-of-memory killer would, and pixels whose file says FAILS-WHILE-DECODING make libvips fail
 * with a message that explains nothing. Looking at the header is harmless, as it is there. With the environment variable
 * ALL_PIXELS_DIE or ALL_PIXELS_FAIL every picture does that, as on a machine that no decoder can work on.
 */
const Module = require("node:module");

const load = Module._load;

Module._load = function loadAndWatch(request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (!/^@img\/sharp-.*\.node$/.test(request) || loaded.watched) return loaded;
  loaded.watched = true;
  const { pipeline } = loaded;
  loaded.pipeline = function decode(options, done, ...others) {
    const { buffer } = options.input;
    const says = (mark) => buffer && Buffer.from(buffer).includes(mark);
    if ("ALL_PIXELS_DIE" in process.env || says("DIES-WHILE-DECODING")) process.kill(process.pid, "SIGKILL");
    if ("ALL_PIXELS_FAIL" in process.env || says("FAILS-WHILE-DECODING"))
      return setImmediate(done, new Error("image: bad dimensions"));
    return pipeline.call(this, options, done, ...others);
  };
  return loaded;
};
