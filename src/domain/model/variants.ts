import { getFormatFacts, OUTPUT_FORMATS } from "./image-format.js";

/** One file that a negotiated key stands for. */
export interface Variant {
  readonly key: string;
  readonly contentType: string;
}

/**
 * Lists the files that a key stands for, the best first; none if it is the key of one file. CloudFront runs it, too,
 * which knows neither destructuring nor `for ... of`.
 */
export function listVariants(key: string): readonly Variant[] {
  const stem = /^((?:.*\/)?[A-Za-z0-9_-]+)((?:\.[a-z]+){2,5})$/.exec(key);
  if (!stem) return [];
  const extensions = (stem[2] ?? "").slice(1).split(".");
  const variants = extensions.map((extension): Variant | undefined => {
    const format = OUTPUT_FORMATS.filter((one) => getFormatFacts(one).extension === extension)[0];
    return format && { key: `${stem[1]}.${extension}`, contentType: getFormatFacts(format).contentType };
  });
  const known = variants.filter((variant) => variant !== undefined);
  return known.length === variants.length ? known : [];
}
