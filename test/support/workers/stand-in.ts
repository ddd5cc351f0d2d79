import { pbkdf2 } from "node:crypto";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serveEngine } from "../../../src/adapters/sharp/workers/serve-engine.js";
import { SafelightError } from "../../../src/domain/model/errors.js";
import type { SourceFacts } from "../../../src/domain/model/image-metadata.js";
import type { ImageEngine } from "../../../src/ports/image-engine.js";
import { isRunning, waitUntilTrue } from "../processes.js";

/** The stand-in's answer instead of facts. */
export interface CallReport {
  readonly pid: number;
  readonly isLowMemory: boolean;
  /** How many other calls were in hand. */
  readonly beside: number;
}

/*
 * A worker whose engine does what the bytes say: a deed, then the folder in which each call that is in hand leaves a
 * file, then whatever else the deed needs.
 */
const deeds: Readonly<Record<string, (place: string, argument: string) => unknown>> = {
  tell: () => {},
  spin: () => {
    for (;;);
  },
  /** Keeps a thread of libuv as a decoder does; the one of JavaScript stays free. */
  decode: () => new Promise(() => pbkdf2("", "", 2 ** 31 - 1, 64, "sha512", () => {})),
  allocate: () => {
    const held: Buffer[] = [];
    for (;;) held.push(Buffer.alloc(16 * 1024 ** 2, 1));
  },
  exit: () => process.exit(3),
  exitOnce: (place) => {
    if (!isAttempted(place)) process.exit(3);
  },
  /** Ends its process the first two times. */
  exitTwice: (place) => {
    const attempts = ["first", "second"].map((name) => join(place, name));
    const next = attempts.find((file) => !existsSync(file));
    if (next === undefined) return;
    writeFileSync(next, "");
    process.exit(3);
  },
  spinOnce: (place) => {
    if (!isAttempted(place)) for (;;);
  },
  starve: () => {
    throw new SafelightError("decoder-crashed", "there was no memory");
  },
  starveOnce: (place) => {
    if (!isAttempted(place)) throw new SafelightError("decoder-crashed", "there was no memory");
  },
  refuse: () => {
    throw new SafelightError("corrupt-image", "the picture was refused", {
      cause: new Error("the reason"),
    });
  },
  fail: () => {
    throw new TypeError("a mistake");
  },
  /** Waits until the file is there. */
  wait: (place, name) => waitUntilTrue(() => existsSync(join(place, name))),
  /** Waits until another process has come here, too. */
  meet: (place, name) => {
    writeFileSync(join(place, name), "");
    return waitUntilTrue(() => ["here", "there"].every((who) => existsSync(join(place, who))));
  },
};

function isAttempted(place: string): boolean {
  const file = join(place, "attempted");
  if (existsSync(file)) return true;
  writeFileSync(file, "");
  return false;
}

/** How many processes have a call in hand; the files of those that were killed stay behind. */
function countInHand(place: string): number {
  const pids = readdirSync(place).filter((name) => name.startsWith("in-hand."));
  return pids.filter((name) => isRunning(Number(name.slice("in-hand.".length)))).length;
}

function createEngine(isLowMemory: boolean): ImageEngine {
  return {
    version: "stand-in",
    async inspect(bytes) {
      const [deed = "", place = "", argument = ""] = Buffer.from(bytes).toString().split(" ");
      const mine = join(place, `in-hand.${process.pid}`);
      if (place !== "") writeFileSync(mine, "");
      try {
        await deeds[deed]?.(place, argument);
        const beside = place === "" ? 0 : countInHand(place) - 1;
        const report: CallReport = { pid: process.pid, isLowMemory, beside };
        return report as unknown as SourceFacts;
      } finally {
        if (place !== "") rmSync(mine, { force: true });
      }
    },
    render: async () => ({ outputs: [] }),
  };
}

serveEngine(createEngine);
