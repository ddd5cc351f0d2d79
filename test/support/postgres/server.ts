import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Where Debian puts each version, newest first; then wherever programs are. */
const FOLDERS = [...listDebianFolders(), ...(process.env.PATH ?? "").split(delimiter)];

/** The folder of the server's programs; `undefined` where it is not installed. */
export const POSTGRES_BIN = FOLDERS.find((folder) =>
  ["initdb", "postgres"].every((name) => existsSync(join(folder, name))),
);

/** Where a server is: the directory of its socket. */
export interface RunningServer {
  readonly host: string;
}

/** The connection string of a server that was started. */
export function toConnectionString({ host }: RunningServer): string {
  return `postgresql:///postgres?host=${encodeURIComponent(host)}&user=safelight`;
}

/**
 * The server of this run of the tests, started by whoever asks first. It ends with the run: its watchdog waits for the
 * process that has started the workers.
 */
export async function startSharedServer(): Promise<RunningServer> {
  const run = Number(process.env.SAFELIGHT_RUN ?? process.pid);
  const dir = join(tmpdir(), `safelight-postgres-${run}`);
  if (takeTurn(dir)) startWatchdog(dir, run);
  return waitForReport(dir);
}

/** A server of its own, for tests that stop it; it ends with this process. */
export function startOwnServer(): Promise<RunningServer> {
  const dir = join(tmpdir(), `safelight-postgres-${process.pid}-${randomBytes(4).toString("hex")}`);
  startWatchdog(dir, process.pid);
  return waitForReport(dir);
}

/** To make a directory is one step: only one of all workers succeeds. */
function takeTurn(dir: string): boolean {
  try {
    mkdirSync(`${dir}.turn`);
    return true;
  } catch {
    return false;
  }
}

function startWatchdog(dir: string, watched: number): void {
  if (POSTGRES_BIN === undefined) throw new Error("expected PostgreSQL to be installed but it is not");
  const script = fileURLToPath(new URL("watchdog.mjs", import.meta.url));
  // In a group of its own: what ends the tests must not end it before it has tidied up.
  const options = { detached: true, stdio: "ignore" } as const;
  spawn(process.execPath, [script, POSTGRES_BIN, dir, String(watched)], options).unref();
}

async function waitForReport(dir: string): Promise<RunningServer> {
  const path = join(dir, "report.json");
  while (!existsSync(path)) await setTimeout(20);
  const report = JSON.parse(readFileSync(path, "utf8")) as { host?: string; failed?: string };
  if (report.host === undefined)
    throw new Error(`expected PostgreSQL to start but it said: ${report.failed}`);
  return { host: report.host };
}

function listDebianFolders(): readonly string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, "bin"));
}
