import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { jsonLog } from "../../../src/adapters/system/index.js";
import type { LogLevel } from "../../../src/ports/log.js";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const readClock = () => new Date("2026-02-03T04:05:06.789Z");

function collectLines(level?: LogLevel) {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  return { lines, log: jsonLog({ stream, clock: readClock, ...(level && { level }) }) };
}

describe("jsonLog", () => {
  it("writes time, level, message and fields as one line of JSON", () => {
    const { lines, log } = collectLines();
    log("warn", "the record moved on", { key: "a/b.jpg", attempt: 2 });
    expect(lines).toEqual([
      `{"time":"2026-02-03T04:05:06.789Z","level":"warn","message":"the record moved on","fields":{"key":"a/b.jpg","attempt":2}}\n`,
    ]);
  });

  it("writes one line for any text, without control characters, and loses nothing", () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0x2100 }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(text, text, (message, key) => {
        const { lines, log } = collectLines();
        log("error", `${message}\u061c`, { key });
        expect(lines).toHaveLength(1);
        const line = String(lines[0]);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(line.endsWith("\n")).toBe(true);
        expect(JSON.parse(line)).toMatchObject({ message: `${message}\u061c`, fields: { key } });
      }),
    );
  });

  it("drops what is below its level and keeps the rest", () => {
    for (const least of LEVELS) {
      const { lines, log } = collectLines(least);
      for (const level of LEVELS) log(level, level);
      const written = lines.map((line) => (JSON.parse(line) as { level: LogLevel }).level);
      expect(written).toEqual(LEVELS.slice(LEVELS.indexOf(least)));
    }
  });

  it("does not throw for fields that are not JSON", () => {
    const { lines, log } = collectLines();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    log("info", "circular", circular);
    log("info", "big", { big: 1n });
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      "circular",
      "big",
    ]);
  });
});
