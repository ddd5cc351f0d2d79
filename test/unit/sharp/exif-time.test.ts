import { describe, expect, it } from "@jest/globals";
import { parseExif } from "../../../src/adapters/sharp/inspect/exif.js";
import { buildTiff, type TiffEntry } from "../../support/tiff-files.js";

const ORIGINAL = { time: 0x9003, offset: 0x9011 };
const DIGITIZED = { time: 0x9004, offset: 0x9012 };

function readTaken(...entries: readonly TiffEntry[]): string | undefined {
  return parseExif(buildTiff([[0x8769, 4, { directory: entries }]]))?.takenAt;
}

describe("The time at which a picture was taken", () => {
  it.each([
    ["2024:02:29 10:00:00", "2024-02-29T10:00:00"],
    ["2024-02-29 10:00:00", "2024-02-29T10:00:00"],
    ["2024/02/29 10:00:00", "2024-02-29T10:00:00"],
    ["2024-02-29T10:00:00", "2024-02-29T10:00:00"],
    ["2024:02:29 10:00:00.123", "2024-02-29T10:00:00"],
    ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00+00:00"],
    ["2024-02-29T10:00:00.5-03:30", "2024-02-29T10:00:00-03:30"],
    ["2024:02:29 10:00", "2024-02-29T10:00"],
    ["2020:01:02", "2020-01-02"],
    ["2020-01-02", "2020-01-02"],
    ["2020/01/02", "2020-01-02"],
    ["2020:01:02   :  :  ", "2020-01-02"],
    ["2020:01:02 --:--:--", "2020-01-02"],
    ["2021: 5: 6  7: 8: 9", "2021-05-06T07:08:09"],
    ["2021:05:06 07:08:09 PM", "2021-05-06T19:08:09"],
    ["2021:05:06 12:08:09 am", "2021-05-06T00:08:09"],
    ["2021:05:06 19:08:09 PM", "2021-05-06T19:08:09"],
  ])("is read from %j", (text, expected) => {
    expect(readTaken([ORIGINAL.time, 2, `${text}\0`])).toBe(expected);
  });

  it.each([
    "0000:00:00 00:00:00",
    "2023:02:29 10:00:00",
    "2023:02:29",
    "2023:01:01 24:00:00",
    "2023:01:01 10:61:00",
    "2023:01-01 10:00:00",
    "    :  :     :  :  ",
    "yesterday",
    "",
  ])("is not read from %j, which is in no calendar", (text) => {
    expect(readTaken([ORIGINAL.time, 2, `${text}\0`])).toBeUndefined();
  });

  it.each([
    ["+02:00", "+02:00"],
    ["-0330", "-03:30"],
    ["+05", "+05:00"],
    ["+5:30", "+05:30"],
    ["Z", "+00:00"],
    ["z ", "+00:00"],
    ["   :  ", ""],
    ["+15:00", ""],
    ["UTC", ""],
  ])("has the offset %j", (offset, expected) => {
    const time: TiffEntry = [ORIGINAL.time, 2, "2024:05:17 08:09:10\0"];
    expect(readTaken(time, [ORIGINAL.offset, 2, `${offset}\0`])).toBe(`2024-05-17T08:09:10${expected}`);
  });

  it("is the time of digitization if no other is known, with that time's own offset", () => {
    const digitized: readonly TiffEntry[] = [
      [DIGITIZED.time, 2, "2020:01:02 03:04:05\0"],
      [DIGITIZED.offset, 2, "+02:00\0"],
      [ORIGINAL.offset, 2, "-08:00\0"],
    ];
    expect(readTaken(...digitized)).toBe("2020-01-02T03:04:05+02:00");
    expect(readTaken(...digitized, [ORIGINAL.time, 2, "0000:00:00 00:00:00\0"])).toBe(
      "2020-01-02T03:04:05+02:00",
    );
    expect(readTaken(...digitized, [ORIGINAL.time, 2, "2019:12:31 23:59:59\0"])).toBe(
      "2019-12-31T23:59:59-08:00",
    );
  });

  it("has no offset where the time itself is not known", () => {
    expect(readTaken([ORIGINAL.time, 2, "2020:01:02\0"], [ORIGINAL.offset, 2, "+02:00\0"])).toBe(
      "2020-01-02",
    );
  });
});
