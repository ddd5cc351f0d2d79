import type { SourceFiles } from "./source-imports.js";

const DOC_COMMENT = /\/\*\*[\s*]*((?:(?!\*\/)[\s\S])*)\*\//g;

/** Every doc comment that begins with a bare "What" instead of the name of a thing, as `file:line`. */
export function findBareWhat(files: SourceFiles): readonly string[] {
  return [...files].flatMap(([file, text]) =>
    [...text.matchAll(DOC_COMMENT)]
      .filter(([, comment = ""]) => /^What\b/.test(comment))
      .map(({ index }) => `${file}:${text.slice(0, index).split("\n").length}`),
  );
}

/** An optional property with the doc comment before it, if there is one. */
const OPTIONAL_PROPERTY = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?^ +readonly (\w+)\?:/gm;

/** Every optional property of the interfaces in `text` whose doc comment has no `@default`, as CDK's tools read it. */
export function findMissingDefaults(text: string): readonly string[] {
  return [...text.matchAll(OPTIONAL_PROPERTY)]
    .filter(([, comment = ""]) => !/@default +\S/.test(comment))
    .map(([, , name = ""]) => name);
}
