import type { ImageEvent } from "../../domain/model/image-event.js";
import type { EventsQuery, Pipeline } from "../../domain/pipeline.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import { outputClosed, print, toJsonLine } from "./output.js";

/** Prints events, one a line. With `follow` it goes on until it is interrupted or nobody reads it any more. */
export async function printEvents(
  { events }: Pick<Pipeline, "events">,
  { json, ...query }: EventsQuery & { readonly json: boolean },
): Promise<ExitCode> {
  const interruption = catchInterruption({ finishing: "the last line is written" });
  const signal = AbortSignal.any([interruption.signal, outputClosed]);
  try {
    for await (const { items } of events?.read(query, { signal }) ?? [])
      for (const event of items) print(json ? toJsonLine(event) : formatEvent(event));
    return EXIT.ready;
  } catch (error) {
    if (interruption.signal.aborted) return EXIT.interrupted;
    if (outputClosed.aborted) return EXIT.ready;
    throw error;
  } finally {
    interruption.dispose();
  }
}

/** One line for people; the id is what `--since` takes. */
function formatEvent({ id, time, type, key, record }: ImageEvent): string {
  const detail = record?.failure ? ` (${record.failure.code}: ${record.failure.message})` : "";
  return `${time}  ${type.padEnd("ImageRejected".length)}  ${id}  ${key}${detail}`;
}
