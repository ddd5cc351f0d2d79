import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { findBlocks, findFileName } from "../../support/documents.js";
import { drawTestImage } from "../../support/images.js";
import { ROOT } from "../../support/repository.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const it = takeSampleOfTests(6);

/** A stand-in for the framework that is not installed here: Next.js hands on whole requests. */
const STAND_INS = {
  "with-next.js": `
import { serve } from "@hono/node-server";
import * as route from "./app/api/[[...path]]/route.js";
serve({ fetch: (request) => route[request.method](request), port: 3000 });`,
};

/** The replacements in `images.js` that the documentation asks for on `memory`. */
const ON_MEMORY = [
  ['import { local } from "safelight/local"', 'import { memory } from "safelight/memory"'],
  ['local({ dir: "data", ', "memory({ "],
  ["  stores.close();\n", ""],
] as const;

function replaceStores(code: string): string {
  return ON_MEMORY.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`images.js has no ${from}`);
    return text.replace(from, to);
  }, code);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe.each(["local", "memory"])("the documented application on %s", (stores) => {
  let folder: string;
  let port: number;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    port = await findFreePort();
    folder = mkdtempSync(join(tmpdir(), "safelight-mounts-"));
    const blocks = findBlocks("js").map(({ code }) => [findFileName(code), code] as const);
    for (const [name, code] of [...Object.entries(STAND_INS), ...blocks]) {
      if (name === undefined) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      const text = stores === "memory" && name === "images.js" ? replaceStores(code) : code;
      writeFileSync(join(folder, name), text.replaceAll("3000", `${port}`));
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules", "safelight"), "junction");
    for (const name of ["hono", "@hono", "express"])
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name), "junction");
  });

  afterEach(async () => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });

  const start = async (program: string) => {
    const started = spawn(process.execPath, [program], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child = started;
    const isListening = () =>
      fetch(`http://localhost:${port}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isListening())) if (started.exitCode !== null) throw new Error("it ended at once");
    return started;
  };

  it.each(["with-hono.js", "with-express.js", "with-next.js"])(
    "%s serves the client, and ends at a SIGTERM in the middle; the next start finishes what is stored",
    async (program) => {
      const first = await start(program);
      const client = safelightClient({ baseUrl: `http://localhost:${port}/api` });
      const picture = new File([new Uint8Array(await drawTestImage())], "cat.jpg", { type: "image/jpeg" });
      const image = await client.upload(picture);
      const [rendition] = image.renditions;
      expect((await fetch(String(rendition?.url))).headers.get("content-type")).toBe("image/jpeg");
      await client.remove(image.imageId);
      const accepted = new Set<string>();
      const upload = async () => {
        const body = new Uint8Array(await picture.arrayBuffer());
        const answer = await fetch(`http://localhost:${port}/api/images`, { method: "POST", body });
        accepted.add(((await answer.json()) as { imageId: string }).imageId);
        if (accepted.size === 3) first.kill("SIGTERM");
      };
      const exited = once(first, "exit");
      // The body of one more has begun and never ends.
      const half = request(`http://localhost:${port}/api/images`, { method: "POST" });
      half.on("error", () => {}).write(new Uint8Array(1_000));
      await Promise.allSettled(Array.from({ length: 8 }, upload));
      expect(await exited).toEqual([0, null]);
      expect(accepted.size).toBeGreaterThanOrEqual(3);
      await start(program);
      // Memory ends with its process.
      if (stores === "memory") accepted.clear();
      const isOpen = ({ items }: Awaited<ReturnType<typeof client.list>>) =>
        items.filter(({ status }) => status === "ready").length < accepted.size;
      let listed = await client.list();
      while (isOpen(listed)) listed = await client.list();
      expect(listed.items.map(({ imageId }) => imageId)).toEqual(expect.arrayContaining([...accepted]));
      expect((await client.upload(picture)).status).toBe("ready");
    },
  );
});
