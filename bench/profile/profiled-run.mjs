import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "../support/children.mjs";

const HOOK = fileURLToPath(new URL("hook.cjs", import.meta.url));

/** Runs a command of Node with the hook in it and in its renderers; resolves to the notes of all of them. */
export async function runWithNotes(args, { folder, signal, samples = false }) {
  const notes = join(folder, "notes");
  rmSync(notes, { recursive: true, force: true });
  mkdirSync(notes);
  const env = {
    NODE_OPTIONS: `--require ${JSON.stringify(HOOK)}`,
    SAFELIGHT_PROFILE: notes,
    ...(samples && { SAFELIGHT_PROFILE_SAMPLES: "yes" }),
  };
  await runProgram(process.execPath, args, { signal, env, cwd: folder });
  const written = readdirSync(notes).map((name) => JSON.parse(readFileSync(join(notes, name), "utf8")));
  // A renderer that started but was given nothing has no first call.
  return written.map((one) => ({ ...one, worked: one.worked ?? one.ended }));
}
