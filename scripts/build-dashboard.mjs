import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/*
 * Builds the dashboard: a folder of static files. Its paths are relative, so that it can be served below any path, and
 * all but `index.html` and the icon are named by their content.
 */

const root = join(dirname(dirname(fileURLToPath(import.meta.url))), "src", "entrypoints", "dashboard");

/** Builds the page into a folder, which is emptied first. */
export async function buildDashboard(into) {
  rmSync(into, { recursive: true, force: true });
  await build({
    root,
    configFile: false,
    base: "./",
    publicDir: false,
    logLevel: "error",
    build: {
      outDir: into,
      emptyOutDir: true,
      assetsDir: "dashboard",
      // An inlined file would be a data: URL, which the page's own policy refuses for all but pictures.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}
