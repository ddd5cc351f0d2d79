import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transform } from "@swc/core";

// Loaded twice: by --import in the main thread, where it registers itself, and as the hooks in their own thread.
if (isMainThread) register(import.meta.url);

/** A runner may import a file anew by a query behind its name. */
const isTypeScript = (url = "") => url.replace(/\?.*/, "").endsWith(".ts");

/** A relative import that ends in `.js` means the TypeScript file beside it. */
export async function resolve(specifier, context, next) {
  const fromSource = isTypeScript(context.parentURL) && specifier.startsWith(".");
  return next(fromSource ? specifier.replace(/\.js$/, ".ts") : specifier, context);
}

export async function load(url, context, next) {
  if (!isTypeScript(url)) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), {
    swcrc: false,
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "es6" },
  });
  return { format: "module", source: code, shortCircuit: true };
}
