import { register } from "node:module";
import { isMainThread } from "node:worker_threads";
import "../../test/support/typescript-loader.mjs";

/* The loader of TypeScript, and test files get the globals of the running test from `@jest/globals`. */
const globals = new URL("globals.mjs", import.meta.url).href;

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  return next(specifier === "@jest/globals" ? globals : specifier, context);
}
