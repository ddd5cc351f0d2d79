import { keepNotesInFiles } from "../../adapters/local/file-notes.js";
import { type Module, override } from "./module.js";
import { tokens } from "./ports.js";

/** Keeps the notes of comparisons in files, for stores that would keep them in memory: pass it to `compose` last. */
export function localNotesModule(): Module {
  return override(tokens.openNotes, () => keepNotesInFiles());
}
