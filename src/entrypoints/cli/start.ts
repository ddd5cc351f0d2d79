import { runCommandLine } from "./program.js";

/* What `npm start` runs: the command, and the server when there are no words. */

const words = process.argv.slice(2);
await runCommandLine(words.length === 0 ? ["serve"] : words);
