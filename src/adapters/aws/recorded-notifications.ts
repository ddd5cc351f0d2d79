import { quote, refusalInWords } from "../../domain/model/errors.js";
import { type Message, parseInvocation, type QueueSource } from "./invocation.js";
import { isObject, parseJson } from "./notification.js";

export { ANY_BUCKET } from "./notification.js";

/**
 * Parses what was recorded of the notifications of originals: events as a function gets them (of S3, SQS, SNS or
 * EventBridge) or, where any bucket is taken, as another store that speaks S3 sends them, what `aws sqs receive-message` prints, bodies of messages, also of a dead-letter queue; one JSON value, a
 * list of them, one a line, or what was printed one after the other; bodies may be in Base64. Parts that cannot be read are in
 * `unreadable`. Throws `invalid-input` for text that is no JSON, such as what was cut off.
 */
export function parseRecording(text: string, source: QueueSource): readonly Message[] {
  return readValues(text).flatMap((value) => parseInvocation(toEvent(value), source).messages);
}

/** Editors of some systems begin a file with a byte order mark, which is no JSON. */
function readValues(recording: string): readonly unknown[] {
  const text = recording.replace(/^\uFEFF/, "");
  const whole = parseJson(text);
  if (typeof whole !== "string") return Array.isArray(whole) ? whole : [whole];
  // What a tool prints over many lines is indented but for its first and last one: several of these, one after the other.
  const printed = text.split(/\n(?=[{[])/).map(parseJson);
  if (printed.every((value) => typeof value !== "string")) return printed.flat();
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    const value = parseJson(line);
    if (typeof value !== "string") return value;
    // A first line that is none is the beginning of one value over many lines.
    const isWhole = index === 0 && lines.length > 1;
    const place = isWhole ? "the recording" : `line ${index + 1} of the recording`;
    const received = `${quote(line)} (${findFault(isWhole ? text : line)})`;
    throw refusalInWords("invalid-input", "JSON", place, received);
  });
}

/** The words of the parser for where a text stops being JSON. */
function findFault(text: string): string {
  try {
    JSON.parse(text);
    return "a text alone";
  } catch (error) {
    // It repeats the text, with line breaks.
    return String((error as Error).message).replace(/, "?[\s\S]*is not valid JSON$/, "");
  }
}

/** Messages as the API of SQS gives them, in the form in which a function gets them. */
function toEvent(value: unknown): unknown {
  if (isObject(value) && Array.isArray(value.Messages)) return { Records: value.Messages.map(toRecord) };
  if (isObject(value) && typeof value.Body === "string") return { Records: [toRecord(value)] };
  if (isObject(value) && value.eventSource === "aws:sqs") return { Records: [value] };
  // As Lambda leaves it where no queue is in between.
  if (isObject(value) && isObject(value.requestContext) && value.requestPayload !== undefined)
    return value.requestPayload;
  return value;
}

function toRecord(message: unknown): unknown {
  if (!isObject(message)) return message;
  const { MessageId: messageId, Body: body, Attributes: attributes } = message;
  return { eventSource: "aws:sqs", messageId, body: decodeBody(body), attributes };
}

/** A body as its sender wrote it: some tools record bodies in Base64. */
function decodeBody(body: unknown): unknown {
  if (typeof body !== "string" || !/^[A-Za-z0-9+/\s]+=*\s*$/.test(body)) return body;
  const decoded = Buffer.from(body, "base64").toString();
  return isObject(parseJson(decoded)) ? decoded : body;
}
