/** A fenced block of a Markdown text. */
export interface Fence {
  readonly language: string;
  readonly code: string;
  /** Line of the opening fence, 1 for the first. */
  readonly line: number;
  /** Nothing but blank lines stand between the fence before and this one. */
  readonly adjacent: boolean;
}

/** The fenced blocks of a Markdown text, in order. */
export function parseFences(markdown: string): readonly Fence[] {
  const found: Fence[] = [];
  let open: { language: string; line: number; adjacent: boolean; code: string[] } | undefined;
  let adjacent = false;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open === undefined) {
      const language = /^```(\w*)/.exec(line)?.[1];
      if (language !== undefined) open = { language, line: index + 1, adjacent, code: [] };
      else if (line.trim() !== "") adjacent = false;
    } else if (line === "```") {
      found.push({ ...open, code: `${open.code.join("\n")}\n` });
      open = undefined;
      adjacent = true;
    } else open.code.push(line);
  }
  if (open !== undefined) throw new Error(`the fence of line ${open.line} has no end`);
  return found;
}

/** A `ts` block and, where a `text` block follows with no words in between, what it prints. */
export interface Example {
  readonly code: string;
  readonly line: number;
  readonly prints?: string;
}

/** The `ts` blocks of a Markdown text. */
export function parseExamples(markdown: string): readonly Example[] {
  const fences = parseFences(markdown);
  return fences.flatMap(({ language, code, line }, index) => {
    if (language !== "ts") return [];
    const next = fences[index + 1];
    return [{ code, line, ...(next?.language === "text" && next.adjacent && { prints: next.code }) }];
  });
}
