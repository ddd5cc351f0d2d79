import { invalidInput } from "../../domain/model/errors.js";

/**
 * A sequencer of Amazon S3 as opaque text in the same order. S3 documents hexadecimal of differing length, to be padded
 * on the right with zeros and compared as text: in upper case and without the zeros at the end (one stays where there
 * is nothing else), each value has one spelling and plain comparison gives that order. Throws `invalid-input` for
 * anything but 1 to 128 hexadecimal digits.
 */
export function normalizeS3Sequencer(sequencer: string): string {
  if (!/^[0-9A-Fa-f]{1,128}$/.test(sequencer))
    throw invalidInput("1 to 128 hexadecimal digits", "sequencer", sequencer);
  return sequencer.toUpperCase().replace(/(?<=.)0+$/, "");
}
