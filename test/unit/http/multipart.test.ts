import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { SafelightError } from "../../../src/domain/model/errors.js";
import { readForm } from "../../../src/entrypoints/http/multipart.js";

const createTooLarge = () => new SafelightError("too-large", "too large");
const BOUNDARY = "b0und+ary";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A part with these headers, without the delimiter before it. */
function createPart(headers: string, content: string | Uint8Array = ""): Buffer {
  return Buffer.concat([Buffer.from(`${headers}\r\n\r\n`), Buffer.from(content)]);
}

function createNamedPart(name: string, content: string | Uint8Array): Buffer {
  return createPart(`Content-Disposition: form-data; name="${name}"`, content);
}

function createForm(parts: readonly Uint8Array[]): Buffer {
  const framed = parts.flatMap((one) => [Buffer.from(`--${BOUNDARY}\r\n`), one, Buffer.from("\r\n")]);
  return Buffer.concat([...framed, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

async function* cutBytes(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function read(bytes: Uint8Array, options: { type?: string; sizes?: number[]; maxFileBytes?: number } = {}) {
  const { type = TYPE, sizes = [bytes.length || 1], maxFileBytes = 1_000_000 } = options;
  return readForm(type, cutBytes(bytes, sizes), () => ({ maxFileBytes, createError: createTooLarge }));
}

const createInvalid = (words: string) =>
  expect.objectContaining({ code: "invalid-input", message: expect.stringContaining(words) });

describe("a multipart form", () => {
  it("is the same however its bytes are cut, whatever its file holds", async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom("\r\n", "--", `--${BOUNDARY}`, `\r\n--${BOUNDARY.slice(0, -1)}`, "\r", "\n")
        .map((text) => Buffer.from(text)),
    );
    const content = fc.array(piece, { maxLength: 8 }).map((pieces) => Buffer.concat(pieces));
    await fc.assert(
      fc.asyncProperty(
        content.filter((bytes) => !Buffer.concat([Buffer.from("\r\n"), bytes]).includes(`\r\n--${BOUNDARY}`)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
        async (bytes, sizes) => {
          const whole = createForm([
            createNamedPart("key", "a/b"),
            createNamedPart("file", bytes),
            createNamedPart("later", "x"),
          ]);
          const { fields, bytes: file } = await read(whole, { sizes });
          expect(Buffer.from(file).equals(bytes)).toBe(true);
          expect([...fields]).toEqual([
            ["key", "a/b"],
            ["later", "x"],
          ]);
        },
      ),
    );
  });

  it("may have a preamble, an epilogue, spaces behind boundaries and a quoted boundary", async () => {
    const body = Buffer.from(
      `ignored\r\n--${BOUNDARY}  \r\ncontent-disposition:form-data;name=file\r\n\r\nx\r\n--${BOUNDARY}--\r\nignored`,
    );
    const { bytes } = await read(body, { type: `Multipart/Form-Data; boundary="${BOUNDARY}"` });
    expect(Buffer.from(bytes).toString()).toBe("x");
  });

  it("gives the file's name as it was sent, in every way of writing it", async () => {
    const readName = async (parameter: string) =>
      (await read(createForm([createPart(`Content-Disposition: form-data; name="file"; ${parameter}`, "x")])))
        .fileName;
    expect(await readName('filename="été \\"1\\".jpg"')).toBe('été "1".jpg');
    expect(await readName('filename="a%22b.jpg"')).toBe('a"b.jpg');
    expect(await readName("filename=\"x\"; filename*=UTF-8''%C3%A9t%C3%A9.jpg")).toBe("été.jpg");
    expect(await readName("filename=plain.jpg")).toBe("plain.jpg");
  });

  it("is refused when it is not one, with a sentence that says what is missing", async () => {
    const good = createNamedPart("file", "x");
    await expect(read(createForm([good]), { type: "multipart/form-data" })).rejects.toEqual(
      createInvalid("boundary"),
    );
    await expect(read(createForm([good]), { type: `${TYPE}${"x".repeat(70)}` })).rejects.toEqual(
      createInvalid("boundary"),
    );
    await expect(read(createForm([]))).rejects.toEqual(createInvalid("received none"));
    await expect(read(createForm([createNamedPart("other", "x")]))).rejects.toEqual(
      createInvalid("received none"),
    );
    await expect(read(createForm([good, good]))).rejects.toEqual(createInvalid("another one"));
    await expect(read(createForm([createPart("Content-Type: image/jpeg", "x")]))).rejects.toEqual(
      createInvalid("a name"),
    );
    await expect(read(Buffer.from("hello"))).rejects.toEqual(createInvalid("ends in the middle"));
    await expect(read(createForm([good]).subarray(0, -12))).rejects.toEqual(
      createInvalid("ends in the middle"),
    );
    await expect(read(Buffer.from(`--${BOUNDARY}x\r\n\r\n`))).rejects.toEqual(createInvalid("a line break"));
  });

  it("is refused as soon as a limit is exceeded, and nothing is read after that", async () => {
    const countReadBytes = async (bytes: Buffer, words: string | "too large", maxFileBytes = 1_000) => {
      let taken = 0;
      async function* sendChunks() {
        for await (const chunk of cutBytes(bytes, [1_000])) {
          taken += chunk.length;
          yield chunk;
        }
      }
      const reading = readForm(TYPE, sendChunks(), () => ({ maxFileBytes, createError: createTooLarge }));
      await expect(reading).rejects.toThrow(words);
      return taken;
    };
    const many = createForm(Array.from({ length: 10_000 }, (_, index) => createNamedPart(`f${index}`, "x")));
    const beside = "at most 20480 bytes beside the file";
    expect(await countReadBytes(many, beside)).toBeLessThan(23_000);
    const header = createForm([
      createPart(`Content-Disposition: form-data; name="file"; x="${"x".repeat(100_000)}"`, "x"),
    ]);
    expect(await countReadBytes(header, beside)).toBeLessThan(23_000);
    expect(
      await countReadBytes(createForm([createNamedPart("note", "x".repeat(200_000))]), beside),
    ).toBeLessThan(23_000);
    const behind = createForm([
      createNamedPart("file", "x"),
      ...Array.from({ length: 31 }, () => createNamedPart("f", "x".repeat(9_000))),
    ]);
    expect(await countReadBytes(behind, beside)).toBeLessThan(23_000);
    expect(
      await countReadBytes(createForm([createNamedPart("file", "x".repeat(50_000))]), "too large"),
    ).toBeLessThan(4_000);
    expect(await countReadBytes(Buffer.from("x".repeat(50_000)), "begins with its boundary")).toBeLessThan(
      4_000,
    );
  });

  it("accepts a file of exactly the allowed size", async () => {
    const { bytes } = await read(createForm([createNamedPart("file", new Uint8Array(1_000))]), {
      maxFileBytes: 1_000,
      sizes: [7],
    });
    expect(bytes.length).toBe(1_000);
    await expect(
      read(createForm([createNamedPart("file", new Uint8Array(1_001))]), { maxFileBytes: 1_000, sizes: [7] }),
    ).rejects.toThrow("too large");
  });
});
