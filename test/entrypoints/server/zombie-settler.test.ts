import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it } from "@jest/globals";
import { createTestDirectory } from "../../support/data-directory.js";
import { isRunning, listChildren } from "../../support/processes.js";
import { waitUntilFound } from "./start-server.js";

const LOADER = resolve("test", "support", "typescript-loader.mjs");
const PROGRAM = resolve("test", "support", "local-worker.ts");

/** Where the system tells that a process is dead and not yet buried. */
const onLinux = existsSync("/proc/self/stat");

describe("a settler that was killed and whose parent did not reap it", () => {
  it("does not block the next one", async () => {
    if (!onLinux) return;
    const place = createTestDirectory();
    const words = `--disable-warning=ExperimentalWarning --import '${LOADER}' '${PROGRAM}' work '${place.dir}'`;
    // The shell becomes a program that never asks after its children.
    const shell = spawn("sh", ["-c", `'${process.execPath}' ${words} & exec sleep 600`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await new Promise((ready) => createInterface({ input: shell.stdout }).once("line", ready));
      const [pid = 0] = listChildren(shell.pid ?? 0);
      process.kill(pid, "SIGKILL");
      await waitUntilFound(() => !isRunning(pid));
      // It still has its number.
      expect(() => process.kill(pid, 0)).not.toThrow();
      const received = await place.open().queue.receive({ limit: 10 });
      expect(received.map(({ change }) => change.key).sort()).toEqual(["made", "taken"]);
    } finally {
      shell.kill("SIGKILL");
      place.close();
    }
  });
});
