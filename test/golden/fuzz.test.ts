import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { buildCommand } from "../entrypoints/cli/run-command.js";
import { chooseCount, SEED, takeSample } from "../support/sample.js";

const MUTATIONS = chooseCount({ fast: 60, ordinary: 60, long: 200 });

/** A mutation has a number of its own; no two days share one. */
const FIRST = (SEED * 1_000) % 2 ** 31;

interface FuzzRun {
  readonly code: number | null;
  /** The last line, which sums up. */
  readonly summary: { seed: number; count: number; bad: number; outcomes: Record<string, number> };
  /** The files that were kept. */
  readonly kept: readonly string[];
}

async function fuzz(env: Record<string, string>): Promise<FuzzRun> {
  const child = spawn(process.execPath, [resolve("scripts", "fuzz.mjs")], {
    env: { ...process.env, SAFELIGHT_SEED: String(FIRST), ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[code], said] = await Promise.all([once(child, "close"), text(child.stdout)]);
  const lines = said.trimEnd().split("\n");
  const kept = lines.flatMap((line) => /^\w+: (\/\S+): /.exec(line)?.[1] ?? []);
  return { code, summary: JSON.parse(lines.at(-1) ?? ""), kept };
}

/** Stands in for the engine and does one thing wrong. */
const WRONG = {
  crash: "process.abort();",
  hang: "for (;;);",
  internal: 'process.send({ outcome: "internal", message: "ours", memory: 0 });',
  untyped: 'process.send({ outcome: "untyped", message: "TypeError", memory: 0 });',
};

describe("the fuzzer", () => {
  const folder = mkdtempSync(join(tmpdir(), "safelight-fuzz-test-"));
  beforeAll(() => buildCommand());
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["", MUTATIONS / 100],
    ["heic", 0],
  ])(`finds pixels or a typed refusal for ${MUTATIONS} mutated pictures %s`, async (only, ready) => {
    const { code, summary } = await fuzz({
      SAFELIGHT_FUZZ: String(MUTATIONS),
      SAFELIGHT_FUZZ_ONLY: only,
    });
    expect(summary).toMatchObject({ seed: FIRST, count: MUTATIONS, bad: 0 });
    expect(Object.values(summary.outcomes).reduce((sum, count) => sum + count, 0)).toBe(MUTATIONS);
    // Mutations that are all refused at the door would try nothing but the door.
    expect(summary.outcomes.ready).toBeGreaterThan(ready);
    expect(summary.outcomes["corrupt-image"]).toBeGreaterThan(MUTATIONS / 15);
    expect(code).toBe(0);
  });

  it.each(takeSample(Object.entries(WRONG), 4))(
    "would notice a %s, and keep the picture",
    async (outcome, wrong) => {
      const program = join(folder, `${outcome}.mjs`);
      writeFileSync(program, `process.on("message", () => { ${wrong} });`);
      const { code, summary, kept } = await fuzz({
        SAFELIGHT_FUZZ: "3",
        SAFELIGHT_FUZZ_PROGRAM: program,
        SAFELIGHT_FUZZ_LIMIT: outcome === "hang" ? "1500" : "15000",
      });
      expect(code).toBe(1);
      expect(summary).toMatchObject({ bad: 3, outcomes: { [outcome]: 3 } });
      expect(kept).toHaveLength(3);
      const [first = ""] = kept;
      expect(readdirSync(dirname(first))).toHaveLength(3);
      expect(readFileSync(first).length).toBeGreaterThan(0);
      rmSync(dirname(first), { recursive: true });
    },
  );
});
