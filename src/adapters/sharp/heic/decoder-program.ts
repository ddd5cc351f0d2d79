/**
 * The program of the thread that decodes one HEIC. It is a text, because what is bundled for npm, what is bundled for Lambda
 * and what lies in a checkout have no file in common that a thread could begin with.
 *
 * Each picture has an instance of the decoder of its own: what a hostile picture does to the memory of one does not reach
 * the next, and the memory is given back when the thread ends. All growth of that memory comes through JavaScript, where it
 * is held to its limit.
 */
export const DECODER_PROGRAM = `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const { script, compiled, bytes, head, width, height, channels, sampleBytes, memoryLimitBytes } = workerData;
let shortage;

function start(imports, receive) {
  const instance = new WebAssembly.Instance(compiled, imports);
  const memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    const isOverLimit = memory.buffer.byteLength + pages * 65536 > memoryLimitBytes;
    shortage = isOverLimit ? "limit" : "machine";
    if (isOverLimit) throw new RangeError("the limit of memory is reached");
    const before = grow(pages);
    shortage = undefined;
    return before;
  };
  return receive(instance);
}

function check(result, libheif) {
  if (!result) throw new Error("the decoder gave nothing");
  const { code, subcode, message } = result;
  if (code === undefined || code === libheif.heif_error_code.heif_error_Ok) return result;
  throw Object.assign(new Error(message), { code: code.value, subcode: subcode.value });
}

function decode(libheif) {
  const context = libheif.heif_context_alloc();
  check(libheif.heif_context_read_from_memory(context, bytes), libheif);
  const handle = check(libheif.heif_js_context_get_primary_image_handle(context), libheif);
  const letters = channels === 4 ? "RGBA" : "RGB";
  const wide = channels === 4 ? "RRGGBBAA_LE" : "RRGGBB_LE";
  const layout = libheif.heif_chroma["heif_chroma_interleaved_" + (sampleBytes === 2 ? wide : letters)];
  const color = libheif.heif_colorspace.heif_colorspace_RGB;
  const { channels: planes } = check(libheif.heif_js_decode_image2(handle, color, layout), libheif);
  const isPremultiplied = channels === 4 && Boolean(libheif.heif_image_handle_is_premultiplied_alpha(handle));
  return { plane: planes[0], isPremultiplied };
}

function copyPixels(plane) {
  const rowBytes = width * channels * sampleBytes;
  const file = new Uint8Array(head.length + rowBytes * height);
  file.set(head);
  for (let y = 0; y < height; y++)
    file.set(plane.data.subarray(y * plane.stride, y * plane.stride + rowBytes), head.length + y * rowBytes);
  if (sampleBytes === 2) widen(new Uint16Array(file.buffer, head.length), plane.bits_per_pixel);
  return file;
}

function widen(samples, bits) {
  if (bits < 16)
    for (let at = 0; at < samples.length; at++)
      samples[at] = (samples[at] << (16 - bits)) | (samples[at] >> (2 * bits - 16));
}

try {
  const silent = { print() {}, printErr() {} };
  const { plane, isPremultiplied } = decode(require(script)({ ...silent, instantiateWasm: start }));
  if (plane.width === width && plane.height === height) {
    const file = copyPixels(plane);
    parentPort.postMessage({ type: "decoded", file, isPremultiplied }, [file.buffer]);
  } else parentPort.postMessage({ type: "resized", width: plane.width, height: plane.height });
} catch (error) {
  const { code, subcode, message = String(error) } = error;
  parentPort.postMessage({ type: "failed", code, subcode, message, shortage });
}
`;
