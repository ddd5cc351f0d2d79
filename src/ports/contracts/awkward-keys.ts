/**
 * Keys that stores, file systems, databases and URLs like to change, merge or refuse. Each is a legal key of its own:
 * no two of them may ever be taken for one another.
 */
export const AWKWARD_KEYS: readonly string[] = [
  // URLs: what is encoded twice, or decoded once too often.
  "with space.jpg",
  "with+plus.jpg",
  "with%2Fescape.jpg",
  "with/escape.jpg",
  "with%20space.jpg",
  "100%.jpg",
  "query?a=b&c=d#fragment.jpg",
  "quote\"'`.jpg",
  "<tag>&amp;.jpg",
  // Unicode: the same look, other bytes; and text beyond U+D7FF, where UTF-16 sorts unlike UTF-8.
  "caf\u00e9.jpg",
  "cafe\u0301.jpg",
  "\u212b.jpg",
  "\u00c5.jpg",
  "\u{1f4f7}.jpg",
  "\uff5e.jpg",
  "\ufeffmarked.jpg",
  "\u202egnp.jpg",
  "stra\u00dfe.jpg",
  "strasse.jpg",
  // Paths: where a store keeps its blobs as files, these lead somewhere else.
  ".",
  "..",
  "../..",
  "../escape.jpg",
  "a/../b",
  "a/./b",
  "./a",
  "/",
  "/absolute.jpg",
  "a",
  "a/",
  "a/b",
  "a//b",
  "a/b/",
  "a\\b",
  "..\\..\\escape.jpg",
  "C:\\photo.jpg",
  "C:photo.jpg:stream",
  "~",
  "-rf",
  "*",
  "$HOME",
  `a$\{filename}.jpg`,
  `$\{filename}`,
  // Windows: reserved names, and what it drops from the end.
  "CON",
  "NUL.jpg",
  "com1",
  "trailing.",
  "trailing ",
  " leading",
  "trailing",
  // Letter case: two keys, one file on some file systems, one row under some collations.
  "A",
  "A/b",
  "CAF\u00c9.jpg",
  // Names that objects have already.
  "__proto__",
  "constructor",
  "toString",
  // Patterns and quotes of query languages.
  "a_b",
  "a%b",
  "a';--",
  "[a-z]",
  "a*",
  // Control characters.
  "line\nbreak.jpg",
  "carriage\rreturn.jpg",
  "tab\t.jpg",
  "nul\u0000byte.jpg",
  "\u0001\u001f\u007f",
  // Length: longer than a file name may be, and exactly as long as a key may be.
  `long/${"s".repeat(300)}/segment.jpg`,
  `${"s".repeat(300)}.jpg`,
  "k".repeat(1_024),
  "\u{1f4f7}".repeat(256),
];

/** Text that is no key: empty, too long by one byte of UTF-8, or not well-formed (it has no UTF-8 at all). */
export const ILLEGAL_KEYS: readonly string[] = [
  "",
  "k".repeat(1_025),
  `${"\u00e9".repeat(512)}k`,
  "\ud800",
  "lone\udc00surrogate",
];
