import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import { EXIT } from "./exit-codes.js";

const closed = new AbortController();

/** Aborted when nothing more can be written to standard output, as after its reader has gone (`| head`): there is nobody left to work for. */
export const outputClosed: AbortSignal = closed.signal;

/**
 * From here on, output that cannot be written ends the command instead of an exception: quietly if its reader has gone,
 * and otherwise, on a full disk for example, with a sentence and the exit code 3.
 */
export function handleOutputErrors(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (closed.signal.aborted) return;
    closed.abort();
    if (error.code === "EPIPE") return;
    report(
      `writing to standard output failed (${error.code}); run the command again where it can be written`,
    );
    // Whatever the command says of its work, nobody has received it.
    process.once("exit", () => {
      process.exitCode = EXIT.unfinished;
    });
  });
  // There is nobody to be told.
  process.stderr.on("error", () => {});
}

/** Writes a result to standard output; made printable, unless it is JSON already. */
export function print(line: string): void {
  if (!closed.signal.aborted) process.stdout.write(`${escapeInvisible(line)}\n`);
}

/** A value as one line of JSON that shows all that it holds. */
export function toJsonLine(value: unknown): string {
  return escapeInvisible(JSON.stringify(value));
}

/** Writes what is not a result to standard error, so that results can be piped. Line breaks in `text` are kept. */
export function report(text: string): void {
  process.stderr.write(`${text.split("\n").map(escapeInvisible).join("\n")}\n`);
}

/** Bytes for people, in powers of 1,000: `734 B`, `2.3 MB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A number with its noun: `1 file`, `2 files`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Rows under each other. The last column is not padded: it may hold any script, and their widths differ. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const safe = rows.map((row) => row.map(escapeInvisible));
  const widths = (safe[0] ?? []).map((_, column) =>
    Math.max(...safe.map((row) => (row[column] ?? "").length)),
  );
  return safe.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  "),
  );
}
