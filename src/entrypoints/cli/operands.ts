/** Options whose next word is theirs, whatever it looks like. */
const WITH_VALUE = new Set(["--data", "--out"]);

/**
 * One id in 64 begins with a dash, and nobody should have to know how a command line is told that a word is no option.
 * For the commands that take an id, words of one dash and more than three letters are put where only operands stand;
 * a whole id may even begin with two. No option of these commands looks like that.
 */
export function idsAsOperands(words: readonly string[]): string[] {
  const [command, ...rest] = words;
  if ((command !== "show" && command !== "remove") || rest.includes("--")) return [...words];
  const isId = (word: string, index: number) =>
    /^-[A-Za-z0-9_][A-Za-z0-9_-]{2,20}$|^-[A-Za-z0-9_-]{21}$/.test(word) &&
    !WITH_VALUE.has(rest[index - 1] ?? "");
  const ids = rest.filter(isId);
  if (ids.length === 0) return [...words];
  return [command, ...rest.filter((word, index) => !isId(word, index)), "--", ...ids];
}
