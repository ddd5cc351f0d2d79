import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../dist/entrypoints/cli/main.js", import.meta.url));

/** Starts `safelight serve` with these words on a data directory of its own. */
export async function startServer(...words) {
  const dir = mkdtempSync(join(tmpdir(), "safelight-load-"));
  const child = spawn(process.execPath, [COMMAND, "serve", "--port", "0", "--data", dir, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const url = line.replace("listening on ", "");
  return {
    url,
    /** Bytes of memory of the server, and of the processes that it has started. */
    memory: () => ({
      server: measureResidentBytes(child.pid),
      others: findDescendants(child.pid).reduce((sum, pid) => sum + measureResidentBytes(pid), 0),
    }),
    async stop() {
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      rmSync(dir, { recursive: true, force: true });
      return code;
    },
  };
}

function findDescendants(pid) {
  return findChildren(pid).flatMap((child) => [child, ...findDescendants(child)]);
}

function findChildren(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
}

function measureResidentBytes(pid) {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kilobytes) * 1024;
}

/** Uploads pictures, waits until they are ready and resolves to their records. */
export async function upload(url, pictures) {
  const records = [];
  for (const bytes of pictures) {
    const answer = await fetch(`${url}/images`, {
      method: "POST",
      body: bytes,
      headers: { prefer: "wait=25" },
    });
    if (answer.status !== 200) throw new Error(`the server answered an upload with ${answer.status}`);
    records.push(await answer.json());
  }
  return records;
}

/** Resolves once no image waits any more; throws when that takes longer than so many seconds. */
export async function waitUntilSettled(url, seconds) {
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    const { items } = await (await fetch(`${url}/images?status=pending&limit=1`)).json();
    if (items.length === 0) return;
    await new Promise((next) => setTimeout(next, 250));
  }
  throw new Error(`some images were still pending after ${seconds} s`);
}
