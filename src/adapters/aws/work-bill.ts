import type { Work } from "../../domain/model/work.js";

/** Prices in US dollars. */
export interface AwsPrices {
  /** S3: a thousand PUT, LIST and the like. */
  readonly s3Put: number;
  /** S3: a thousand GET and HEAD. */
  readonly s3Get: number;
  /** DynamoDB: a million write units, on demand. */
  readonly dynamoWrite: number;
  /** DynamoDB: a million read units, on demand. */
  readonly dynamoRead: number;
  /** SQS: a million requests. */
  readonly sqs: number;
  /** SNS: a million publishes. */
  readonly sns: number;
  /** Lambda: a million requests. */
  readonly lambda: number;
  /** Lambda on arm64: a million GB-seconds. */
  readonly lambdaTime: number;
  /** CloudWatch Logs: a GB taken in. */
  readonly logs: number;
  /** CloudFront: an invalidated path, after the first 1,000 of a month. */
  readonly path: number;
  /** Rekognition: a thousand pictures of which it says what they show, or whether they may be shown. */
  readonly rekognition: number;
}

/** List prices of us-east-1 as of November 2025, without free tiers and discounts; see docs/cost.md. */
export const AWS_PRICES: AwsPrices = {
  s3Put: 0.005,
  s3Get: 0.0004,
  dynamoWrite: 0.625,
  dynamoRead: 0.125,
  sqs: 0.4,
  sns: 0.5,
  lambda: 0.2,
  lambdaTime: 13.3334,
  logs: 0.5,
  path: 0.005,
  rekognition: 1,
};

/** One line of a bill. */
export interface BillLine {
  /** Of what, as in docs/cost.md. */
  readonly what: string;
  /** How many requests, units, gigabyte-seconds, gigabytes or paths. */
  readonly quantity: number;
  readonly dollars: number;
}

/** Prices, and quantities that are not counted because they differ with the deployment. */
export interface BillAssumptions {
  /** Prices of your own. Default {@link AWS_PRICES}. */
  readonly prices?: Partial<AwsPrices>;
  /** Memory of the process function in MB, whose core does the work. Default 1,769, which is one core. */
  readonly memoryMegabytes?: number;
  /** Bytes that are logged for each image. Default 2,000. */
  readonly logBytes?: number;
}

/** Write units of an entry of a tag or an owner: its row, and one in either index. */
const ENTRY_UNITS = 3;

/**
 * The bill for work on AWS, line by line, in US dollars: that of whoever asks and of the functions together, and nothing of
 * what is stored, viewed or compared, nor of rows for names (`searchByName`). A row is written in units of a kilobyte.
 */
export function computeWorkBill(
  { images, calls, seconds }: Work,
  { prices: own, memoryMegabytes = 1_769, logBytes = 2_000 }: BillAssumptions = {},
): readonly BillLine[] {
  const prices = { ...AWS_PRICES, ...own };
  const { made, changed, removed } = images;
  const settled = made + changed + removed;
  const { commit, kilobytes, entries } = calls.records;
  const readUnits = Math.ceil(kilobytes / Math.max(1, commit) / 4);
  // An image that is new comes into two indexes; one that goes leaves them, and its tombstone comes into one.
  const writeUnits = kilobytes + 2 * made + 3 * removed + ENTRY_UNITS * entries;
  const buildLine = (what: string, quantity: number, price: number) => ({
    what,
    quantity,
    dollars: quantity * price,
  });
  return [
    buildLine("S3, writing and listing", calls.renditions.put + calls.renditions.list, prices.s3Put / 1e3),
    buildLine("S3, reading", calls.originals.get + calls.originals.head, prices.s3Get / 1e3),
    buildLine("DynamoDB, writing records", writeUnits, prices.dynamoWrite / 1e6),
    buildLine("DynamoDB, reading records", calls.records.get * readUnits, prices.dynamoRead / 1e6),
    buildLine("SQS", 3 * calls.queue.send + 3 * calls.urls.invalidate, prices.sqs / 1e6),
    buildLine("SNS", calls.events.publish, prices.sns / 1e6),
    buildLine("Lambda, requests", settled, prices.lambda / 1e6),
    buildLine("Lambda, time", seconds * (memoryMegabytes / 1_024), prices.lambdaTime / 1e6),
    buildLine("CloudWatch Logs", (settled * logBytes) / 1e9, prices.logs),
    buildLine("CloudFront, paths", calls.urls.keys, prices.path),
    buildLine("Rekognition", calls.tagger.tag, prices.rekognition / 1e3),
  ];
}
