import { readFileSync } from "node:fs";
import type { AwsPrices, BillLine } from "../../adapters/aws/index.js";
import { invalidInput, refusalInWords } from "../../domain/model/errors.js";
import type { Work } from "../../domain/model/work.js";
import type { StoreSettings } from "../settings/read-store-settings.js";

/**
 * Loads what writes the bill for work on AWS, with the prices of a file where one is named; resolves to `undefined` for
 * stores that send no bill. Throws `invalid-input` for a file that holds no prices, or stands beside such stores.
 */
export async function loadPricing(
  { kind }: Pick<StoreSettings, "kind">,
  file: string | undefined,
): Promise<((work: Work) => readonly BillLine[]) | undefined> {
  if (kind !== "aws") {
    if (file === undefined) return undefined;
    throw refusalInWords("invalid-input", "aws (required by --prices)", "--stores", kind);
  }
  const { AWS_PRICES, computeWorkBill } = await import("../../adapters/aws/work-bill.js");
  const prices = file === undefined ? {} : readPrices(file, Object.keys(AWS_PRICES));
  return (work) => computeWorkBill(work, { prices });
}

function readPrices(file: string, names: readonly string[]): Partial<AwsPrices> {
  const written = readJson(file);
  for (const [name, price] of Object.entries(written)) {
    if (!names.includes(name)) throw invalidInput(`one of ${names.join(", ")}`, `a name in ${file}`, name);
    if (typeof price !== "number" || !(price >= 0) || price === Number.POSITIVE_INFINITY)
      throw invalidInput("a number of dollars", `${name} in ${file}`, price);
  }
  return written;
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof read === "object" && read !== null && !Array.isArray(read))
      return read as Readonly<Record<string, unknown>>;
  } catch {
    // Said below, as of any other content.
  }
  throw invalidInput('a file of JSON such as { "s3Put": 0.0054 }', "--prices", file);
}
