import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { aws } from "../../../src/adapters/aws/index.js";
import { memory } from "../../../src/adapters/memory/index.js";
import { hasCode } from "../../../src/domain/model/errors.js";
import { AWKWARD_KEYS, ILLEGAL_KEYS } from "../../../src/ports/contracts/index.js";
import type { TicketRequest, UploadTickets } from "../../../src/ports/upload-tickets.js";
import { createClientOptions, NOWHERE } from "../../support/cloud/clients.js";
import { createTestDirectory, type TestDirectory } from "../../support/data-directory.js";

const REQUEST: TicketRequest = { key: "k.jpg", contentType: "image/jpeg", maxBytes: 10, expiresIn: 60 };

describe("one request for a ticket", () => {
  let place: TestDirectory;
  let families: readonly (readonly [name: string, tickets: UploadTickets])[];
  beforeAll(() => {
    place = createTestDirectory();
    const options = createClientOptions(NOWHERE);
    const clients = {
      s3: new S3Client(options),
      dynamodb: new DynamoDBClient(options),
      sqs: new SQSClient(options),
      sns: new SNSClient(options),
    };
    const names = {
      originals: "o",
      renditions: "r",
      queueUrl: `${NOWHERE}/q`,
      topicArn: "t",
      invalidationQueueUrl: `${NOWHERE}/i`,
    };
    families = [
      ["memory", memory().tickets],
      ["local", place.open().tickets],
      ["aws", aws({ clients, ...names, baseUrl: "https://images.example" }).tickets],
    ];
  });
  afterAll(() => place.close());

  /** The verdict of each family: a ticket, or the whole sentence of its refusal. */
  const listVerdicts = (request: TicketRequest) =>
    Promise.all(
      families.map(async ([, tickets]) => {
        try {
          await tickets.issue(request);
          return "a ticket";
        } catch (error) {
          if (hasCode(error, "invalid-input")) return error.message;
          throw error;
        }
      }),
    );

  it.each<[string, Partial<TicketRequest>, "a ticket" | "refused"]>([
    ["of no media type", { contentType: "nonsense" }, "refused"],
    ["of an empty type", { contentType: "" }, "refused"],
    ["for a second and a half", { expiresIn: 1.5 }, "refused"],
    ["whose key is what S3 takes for the file's name", { key: `a$\{filename}` }, "a ticket"],
  ])("%s has one verdict on every family", async (_name, part, verdict) => {
    const [first, ...others] = await listVerdicts({ ...REQUEST, ...part });
    expect(others).toEqual([first, first]);
    expect(first === "a ticket" ? first : "refused").toBe(verdict);
  });

  it("has one verdict in one sentence on every family, whatever it asks for", async () => {
    const text = fc.string({ unit: "binary", maxLength: 6 });
    const requests = fc.record<TicketRequest>({
      key: fc.oneof(fc.constantFrom(...AWKWARD_KEYS, ...ILLEGAL_KEYS), text),
      contentType: fc.oneof(
        fc.constantFrom("image/jpeg", "text/plain; charset=utf-8", "image/", "a/b;", "a/b; c"),
        text,
      ),
      maxBytes: fc.oneof(
        fc.integer({ min: -1, max: 99 }),
        fc.double(),
        fc.constantFrom(2 ** 53 - 1, 2 ** 53),
      ),
      expiresIn: fc.oneof(fc.integer({ min: -1, max: 3_601 }), fc.double()),
      metadata: fc.dictionary(
        fc.oneof(fc.constantFrom("a", "file-name", "A"), text),
        fc.oneof(fc.constant("x y"), text),
        {
          maxKeys: 2,
          noNullPrototype: true,
        },
      ),
    });
    // Half of the requests differ from a right one in one point, so that not all are refused.
    const oneWrong = fc
      .tuple(requests, fc.constantFrom("key", "contentType", "maxBytes", "expiresIn", "metadata"))
      .map(([request, name]) => ({ ...REQUEST, [name]: request[name as keyof TicketRequest] }));
    const said = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.oneof(requests, oneWrong), async (request) => {
        const [first = "", ...others] = await listVerdicts(request);
        said.add(first === "a ticket" ? first : "refused");
        expect(others).toEqual([first, first]);
      }),
      { numRuns: 300 },
    );
    expect([...said].sort()).toEqual(["a ticket", "refused"]);
  });
});
