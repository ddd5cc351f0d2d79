import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Lock } from "../../../src/adapters/local/lock.js";

describe("the lock of a data directory", () => {
  let dir: string;
  const open: Lock[] = [];
  const createLock = () => {
    const opened = new Lock(join(dir, "locks.db"));
    open.push(opened);
    return opened;
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "safelight-lock-"));
  });
  afterEach(() => {
    for (const opened of open.splice(0)) opened.close();
    rmSync(dir, { recursive: true });
  });

  it("is held by one at a time, whoever opens it meanwhile", async () => {
    let later: Promise<string> | undefined;
    const seen: string[] = [];
    await createLock().runExclusively(() => {
      later = createLock()
        .runExclusively(() => seen.push("other"))
        .then(() => "done");
      seen.push("one");
    });
    expect(await later).toBe("done");
    expect(seen).toEqual(["one", "other"]);
  });

  it("is released by work that throws", async () => {
    const one = createLock();
    const failing = one.runExclusively(() => {
      throw new Error("the work's own");
    });
    await expect(failing).rejects.toThrow("the work's own");
    expect(await createLock().runExclusively(() => "free")).toBe("free");
  });

  it("creates no file when acquired: that would cost more than most work under it", async () => {
    expect(await createLock().runExclusively(() => readdirSync(dir))).toEqual(["locks.db"]);
  });
});
