import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** The operations seen while one fresh upload was settled. */
export interface Operations {
  readonly renditions: number;
  readonly gets: number;
  readonly puts: number;
  readonly recordReads: number;
  /** Bytes of each item that was written, the first into two indexes as well. */
  readonly itemBytes: readonly number[];
  readonly events: number;
}

/** List prices in US dollars, us-east-1, as published in November 2025, without free tiers. */
export const PRICES = {
  "S3 PUT, a thousand": 0.005,
  "S3 GET, a thousand": 0.0004,
  "DynamoDB write unit, a million": 0.625,
  "DynamoDB read unit, a million": 0.125,
  "SQS request, a million": 0.4,
  "SNS publish, a million": 0.5,
  "SNS delivery by HTTPS, a million": 0.6,
  "CloudFront Functions invocation, a million": 0.1,
  "Lambda request, a million": 0.2,
  "Lambda arm64, a million GB-seconds": 13.3334,
  "CloudWatch Logs, a GB": 0.5,
} as const;

/**
 * Write units of the entries that were put and deleted: each row one, and one in either index. An entry is small, and no
 * entry of an index is changed: it is put or deleted as a whole.
 */
export function computeEntryUnits(puts: number, deletes: number): number {
  return 3 * (puts + deletes);
}

/** Quantities that are assumed and not counted, because they differ with the pictures. */
export const ASSUMED = { seconds: 0.3, gigabytes: 1_769 / 1_024, logBytes: 2_000 };

/** One line of the bill for a million images. */
export interface Line {
  readonly what: string;
  /** The quantity for each image. */
  readonly each: string;
  readonly dollars: number;
}

/** The bill for a million images, line by line; rendering only, without uploads, storage and views. */
export function computeBill({ gets, puts, recordReads, itemBytes, events }: Operations): readonly Line[] {
  const [first = 0] = itemBytes;
  const units = itemBytes.reduce((sum, bytes) => sum + Math.ceil(bytes / 1_024), 0) + (first > 0 ? 2 : 0);
  const { seconds, gigabytes, logBytes } = ASSUMED;
  return [
    {
      what: "S3, writing renditions",
      each: `${puts} PUT`,
      dollars: puts * 1_000 * PRICES["S3 PUT, a thousand"],
    },
    {
      what: "S3, reading originals",
      each: `${gets} GET`,
      dollars: gets * 1_000 * PRICES["S3 GET, a thousand"],
    },
    {
      what: "DynamoDB, writing records",
      each: `${units} write units`,
      dollars: units * PRICES["DynamoDB write unit, a million"],
    },
    {
      what: "DynamoDB, reading records",
      each: `${recordReads} read unit`,
      dollars: recordReads * PRICES["DynamoDB read unit, a million"],
    },
    { what: "SQS", each: "3 requests", dollars: 3 * PRICES["SQS request, a million"] },
    { what: "SNS", each: `${events} publish`, dollars: events * PRICES["SNS publish, a million"] },
    { what: "Lambda, requests", each: "1 request", dollars: PRICES["Lambda request, a million"] },
    {
      what: "Lambda, time",
      each: `${seconds} s of ${gigabytes.toFixed(2)} GB`,
      dollars: seconds * gigabytes * PRICES["Lambda arm64, a million GB-seconds"],
    },
    {
      what: "CloudWatch Logs",
      each: `${logBytes / 1_000} kB`,
      dollars: (logBytes / 1_000) * PRICES["CloudWatch Logs, a GB"],
    },
  ];
}

/** The bills beside each other, as a table of Markdown. */
export function formatCostTable(all: readonly Operations[]): string {
  const bills = all.map(computeBill);
  const [model] = bills;
  if (!model) throw new Error("there is no bill to compare");
  const formatRow = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const formatMoney = (dollars: number) => dollars.toFixed(2);
  const computeTotal = (bill: readonly Line[]) => bill.reduce((sum, { dollars }) => sum + dollars, 0);
  return [
    formatRow(["a million images", ...all.map(({ renditions }) => `with ${renditions} renditions`)]),
    formatRow(["---", ...all.map(() => "---:")]),
    ...model.map(({ what }, index) =>
      formatRow([
        what,
        ...bills.map((bill) => `${bill[index]?.each}: ${formatMoney(bill[index]?.dollars ?? 0)}`),
      ]),
    ),
    formatRow(["**all, in US dollars**", ...bills.map((bill) => `**${formatMoney(computeTotal(bill))}**`)]),
  ].join("\n");
}

/** Bytes of an item by DynamoDB's rules: names and texts in UTF-8, numbers by two digits, 3 for a list or map and 1 for each in it. */
export function computeItemSize(item: unknown): number {
  const values = Object.entries((item ?? {}) as Readonly<Record<string, AttributeValue>>);
  return values.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + computeValueSize(value), 0);
}

function computeValueSize({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (L) return 3 + L.reduce((sum, value) => sum + 1 + computeValueSize(value), 0);
  if (M) return 3 + Object.keys(M).length + computeItemSize(M);
  throw new Error("expected a text, a number, a list or a map");
}
