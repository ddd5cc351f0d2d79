import { handleUncaughtErrors } from "./unexpected-errors.js";

/* The program behind `npm start`: the command, or the server if there are no arguments. */

handleUncaughtErrors();
const { runCommandLine } = await import("./program.js");

const words = process.argv.slice(2);
await runCommandLine(words.length === 0 ? ["serve"] : words);
