import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs one PostgreSQL server in a new directory for as long as the process `watched` lives, and removes both after it: also
 * where that process was killed. Run as: watchdog.mjs BIN DIR WATCHED.
 */
const [bin, dir, watched] = process.argv.slice(2);

/** The server refuses to run as an administrator, so it runs as nobody then. */
const NOBODY = 65_534;
const user = process.geteuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Nothing is to survive a power cut; and small, since many tests run beside it. */
const SETTINGS = [
  ...["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"],
  ...["max_connections=100", "listen_addresses=", `unix_socket_directories=${dir}`, "autovacuum_naptime=60"],
];

process.umask(0o077);
mkdirSync(dir, { recursive: true });
if (user.uid !== undefined) chownSync(dir, user.uid, user.gid);

const data = join(dir, "data");
const initialized = spawnSync(
  join(bin, "initdb"),
  ["-D", data, "-N", "-U", "safelight", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"],
  { ...user, cwd: dir, encoding: "utf8" },
);
if (initialized.status !== 0) fail(initialized.stderr ?? String(initialized.error));

const server = spawn(join(bin, "postgres"), ["-D", data, ...SETTINGS.flatMap((one) => ["-c", one])], {
  ...user,
  cwd: dir,
  stdio: ["ignore", "ignore", "pipe"],
});
let said = "";
server.stderr.on("data", (text) => {
  said = (said + text).slice(-10_000);
  if (said.includes("ready to accept connections")) report({ host: dir });
});
server.on("exit", () => {
  report({ failed: said });
  for (const path of [dir, `${dir}.turn`]) rmSync(path, { recursive: true, force: true });
  process.exit(1);
});

const timer = setInterval(() => {
  if (isAlive(Number(watched))) return;
  clearInterval(timer);
  // Immediate: nobody wants what it holds.
  server.kill("SIGQUIT");
}, 200);

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => server.kill("SIGQUIT"));

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whole or not at all for whoever waits for it. */
function report(what) {
  const path = join(dir, "report.json");
  writeFileSync(`${path}.new`, JSON.stringify(what));
  renameSync(`${path}.new`, path);
}

function fail(reason) {
  report({ failed: reason });
  process.exit(1);
}
