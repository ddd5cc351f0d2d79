import { type SourceFiles, visitSyntax } from "./source-imports.js";

/** British beginnings of words, each of which has another spelling in America. */
const BRITISH = new RegExp(
  [
    "colour|centre|grey|behavio?ur|neighbour|favour|honour|armour|labour|flavour|harbour|catalogue|licence|defence|artefact",
    "authoris|normalis|serialis|recognis|synthesis(?=e)|initialis|optimis|organis|summaris|sanitis|finalis|minimis|maximis",
    "canonicalis|materialis|utilis|localis|categoris|customis|characteris|standardis|prioritis|tokenis|analyse",
    "labell|cancelled|cancelling|modell|travell|fulfil(?!l)",
  ].join("|"),
  "i",
);

/** Names that others have given: what they are part of spells them so. */
const FOREIGN = new Set(["toColourspace", "pipelineColourspace", "optimiseCoding"]);

/** Every identifier, key and file name in British spelling, as `file: name`. */
export function findBritishNames(files: SourceFiles): readonly string[] {
  const found = new Set<string>();
  for (const [file, text] of files) {
    if (BRITISH.test(file)) found.add(`${file}: its name`);
    visitSyntax(file, text, ({ type, value }) => {
      if (type !== "Identifier" && type !== "PrivateName") return;
      if (typeof value === "string" && BRITISH.test(value) && !FOREIGN.has(value))
        found.add(`${file}: ${value}`);
    });
  }
  return [...found];
}
