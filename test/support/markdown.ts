/** A fenced block of a Markdown text. */
export interface Fence {
  readonly language: string;
  readonly code: string;
  /** Line of the opening fence, 1 for the first. */
  readonly line: number;
}

/** The fenced blocks of a Markdown text, in order. */
export function parseFences(markdown: string): readonly Fence[] {
  const found: Fence[] = [];
  let open: { language: string; line: number; code: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open === undefined) {
      const language = /^```(\w*)/.exec(line)?.[1];
      if (language !== undefined) open = { language, line: index + 1, code: [] };
    } else if (line === "```") {
      found.push({ language: open.language, line: open.line, code: `${open.code.join("\n")}\n` });
      open = undefined;
    } else open.code.push(line);
  }
  if (open !== undefined) throw new Error(`the fence of line ${open.line} has no end`);
  return found;
}

/** A `ts` block and, where a `text` block is the next block, what it prints. */
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
    return [{ code, line, ...(next?.language === "text" && { prints: next.code }) }];
  });
}
