import fc, { type Arbitrary } from "fast-check";

/** A form with its content type. */
export interface DrawnForm {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Draws forms with one file, as clients write them: names of any script, other fields beside it, headers on several lines. */
export function drawForm(picture: Uint8Array): Arbitrary<DrawnForm> {
  return fc
    .record({
      fileName: fc.option(
        fc.string({ maxLength: 20, unit: "grapheme" }).map((name) => name.replace(/[\r\n"\\]/g, "_")),
      ),
      note: fc.option(fc.string({ maxLength: 20, unit: "grapheme-ascii" })),
      fold: fc.constantFrom("; ", ";\r\n ", ";\r\n\t"),
    })
    .map(({ fileName, note, fold }) => {
      const named = fileName === null ? "" : `${fold}filename="${fileName}"`;
      return buildForm([
        ...(note === null
          ? []
          : [{ headers: `Content-Disposition: form-data${fold}name="note"`, body: note }]),
        { headers: `Content-Disposition: form-data${fold}name="file"${named}`, body: picture },
      ]);
    });
}

/** Draws forms that are none, or hold something else than one file. */
export function drawBrokenForm(picture: Uint8Array): Arbitrary<DrawnForm> {
  const file = { headers: 'Content-Disposition: form-data; name="file"', body: picture };
  const whole = buildForm([file]);
  return fc.oneof(
    fc.constantFrom(
      buildForm([]),
      buildForm([file, file]),
      buildForm([{ ...file, body: "" }]),
      buildForm([{ ...file, body: "no picture" }]),
      buildForm([{ ...file, headers: "Content-Type: image/jpeg" }]),
      buildForm([{ ...file, headers: " folded: from nothing" }]),
      buildForm([{ ...file, headers: "" }]),
      buildForm([{ headers: 'Content-Disposition: form-data; name="x"', body: "x".repeat(30_000) }, file]),
      { ...whole, type: "multipart/form-data" },
      { ...whole, type: `multipart/form-data; boundary="${"b".repeat(71)}"` },
      { ...whole, type: "multipart/form-data; boundary=another" },
    ),
    // Cut off anywhere.
    fc.nat(whole.body.length - 1).map((length) => ({ ...whole, body: whole.body.subarray(0, length) })),
  );
}

function buildForm(
  parts: readonly { readonly headers: string; readonly body: string | Uint8Array }[],
): DrawnForm {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--frontier\r\n${headers}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from("\r\n"),
  ]);
  const body = new Uint8Array(Buffer.concat([...pieces, Buffer.from("--frontier--\r\n")]));
  return { type: "multipart/form-data; boundary=frontier", body };
}
