import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "@jest/globals";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { findBlocks, findFileName } from "../../support/documents.js";
import { drawTestImage } from "../../support/images.js";
import { ROOT } from "../../support/repository.js";
import { takeSampleOfTests } from "../../support/sampled-tests.js";

const it = takeSampleOfTests(3);

/** Stand-ins for the frameworks that are not installed here: Express cuts the path off, Next.js hands on whole requests. */
const STAND_INS = {
  "node_modules/express/package.json": '{ "type": "module", "exports": "./index.js" }',
  "node_modules/express/index.js": `
import { createServer } from "node:http";
export default () => {
  let handle;
  return {
    use: (path, listener) => {
      handle = (request, response) => {
        request.originalUrl = request.url;
        request.url = request.url.slice(path.length);
        listener(request, response);
      };
    },
    listen: (port) => createServer(handle).listen(port),
  };
};`,
  "with-next.js": `
import { serve } from "@hono/node-server";
import * as route from "./app/api/[[...path]]/route.js";
serve({ fetch: (request) => route[request.method](request), port: 3000 });`,
};

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("the documented application", () => {
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
      writeFileSync(join(folder, name), code.replaceAll("3000", `${port}`));
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    symlinkSync(ROOT, join(folder, "node_modules", "safelight"), "junction");
    for (const name of ["hono", "@hono"])
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
    "%s serves the client, and loses nothing by a SIGTERM in the middle",
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
      await Promise.allSettled(Array.from({ length: 8 }, upload));
      expect(await exited).toEqual([0, null]);
      expect(accepted.size).toBeGreaterThanOrEqual(3);
      await start(program);
      const isOpen = ({ items }: Awaited<ReturnType<typeof client.list>>) =>
        items.filter(({ status }) => status === "ready").length < accepted.size;
      let listed = await client.list();
      while (isOpen(listed)) listed = await client.list();
      expect(listed.items.map(({ imageId }) => imageId)).toEqual(expect.arrayContaining([...accepted]));
    },
  );
});
