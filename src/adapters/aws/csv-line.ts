/**
 * Parses a line of CSV into its fields: they have commas between them, and may be in double quotes, in which a double
 * quote stands twice. Returns `undefined` for a line whose quotes do not end.
 */
export function parseCsvLine(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const [whole = "", quoted, plain = ""] = FIELD.exec(rest) ?? [];
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    const after = rest.slice(whole.length);
    if (after === "") return fields;
    if (!after.startsWith(",")) return undefined;
    rest = after.slice(1);
  }
}

/** One field at the beginning. */
const FIELD = /^(?:"((?:[^"]|"")*)"|([^",]*))/;
