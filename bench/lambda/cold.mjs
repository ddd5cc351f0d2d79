import { measureInterleaved } from "../support/measure.mjs";
import { startFunction } from "./local-processes.mjs";

/**
 * The times of a start, from before a function's code is loaded until it has taken an event that says nothing. Each start is
 * a process of its own.
 */
export function measureCold(folders, options) {
  const { signal } = options;
  const variants = Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => [
      name,
      async () => {
        const { said, end } = await startFunction(folder, { signal });
        await end();
        return said;
      },
    ]),
  );
  return measureInterleaved(variants, options);
}
