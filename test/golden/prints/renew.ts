/*
 * Writes expected.json anew from what the engine makes today: `npm run golden:renew`. Look at what changed before
 * keeping it; every changed line is a picture that looks different.
 */
import { writeFileSync } from "node:fs";
import { computePrint, type Print } from "../../support/print.js";
import { CASES, renderCase } from "./cases.js";

const prints: Record<string, Record<string, Print>> = {};
for (const each of CASES) {
  const outputs: Record<string, Print> = {};
  for (const [name, bytes] of await renderCase(each)) outputs[name] = await computePrint(bytes);
  prints[each.name] = outputs;
}
writeFileSync(new URL("./expected.json", import.meta.url), `${JSON.stringify(prints, null, 2)}\n`);
