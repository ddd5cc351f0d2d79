import { invalidInput } from "../../domain/model/errors.js";
import type { ImageRecord } from "../../domain/model/image-record.js";
import { isPlace, placeOf } from "./records-layout.js";

/** The cursor after a record: its place, which stays what it is whatever comes and goes around it. */
export function cursorAt(record: Pick<ImageRecord, "createdAt" | "imageId">): string {
  return Buffer.from(placeOf(record)).toString("base64url");
}

/** The place in a cursor; throws `invalid-input` for what {@link cursorAt} did not make. */
export function placeIn(cursor: string): string {
  const place = Buffer.from(cursor, "base64url").toString();
  // Encoding it again catches what a lenient decoder lets pass: other alphabets, padding, trailing rubbish.
  if (!isPlace(place) || Buffer.from(place).toString("base64url") !== cursor)
    throw invalidInput("a cursor from an earlier page", "cursor", cursor);
  return place;
}
