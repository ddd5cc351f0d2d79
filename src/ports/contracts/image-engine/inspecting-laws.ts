import assert from "node:assert/strict";
import { IMAGE_FORMATS } from "../../../domain/model/image-format.js";
import { assertSame, refuses } from "../expectations.js";
import { type ImageEngineLaw, inspectSamples, NO_LIMITS } from "./harness.js";

/** The laws of an image engine about `version`, `checkFormats` and `inspect`. */
export const INSPECTING_LAWS: readonly ImageEngineLaw[] = [
  {
    name: "version names the engine, and stays the same",
    check: async ({ engine, samples }) => {
      const { version } = engine;
      assert.ok(/\S/.test(version), "expected a name for the version but received none");
      for (const { bytes } of samples) await engine.inspect(bytes, NO_LIMITS);
      assertSame(engine.version, version, "the version after some work");
    },
  },
  {
    name: "checkFormats lets pass every format that the engine reads",
    check: async ({ engine, samples }) => {
      for (const { format } of samples)
        assert.doesNotThrow(
          () => engine.checkFormats?.([format]),
          `expected ${format} to pass, since the engine reads it`,
        );
    },
  },
  {
    name: "inspect tells what the bytes are by their content",
    check: async (harness) => {
      for (const { sample, facts } of await inspectSamples(harness)) {
        const { format, width, height, bytes, orientation = 1, frames = 1 } = sample;
        const told = {
          format: facts.format,
          width: facts.width,
          height: facts.height,
          orientation: facts.orientation,
          frames: facts.frames,
          bytes: facts.bytes,
        };
        assertSame(
          told,
          { format, width, height, orientation, frames, bytes: bytes.length },
          `the facts of a ${format}`,
        );
        assert.ok(facts.decodeCost > 0, `expected a cost for ${format} but received ${facts.decodeCost}`);
      }
    },
  },
  {
    name: "the same bytes always give the same facts",
    check: async (harness) => {
      for (const { sample, facts } of await inspectSamples(harness)) {
        const copy = sample.bytes.slice();
        const again = await Promise.all([1, 2].map(() => harness.engine.inspect(copy, NO_LIMITS)));
        for (const others of again) assertSame(others, facts, `the facts of a ${sample.format}, again`);
      }
    },
  },
  {
    name: "inspect reads the header and decodes no pixels",
    check: async ({ engine, truncated }) => {
      const { format, width, height } = await engine.inspect(truncated.bytes, NO_LIMITS);
      const expected = { format: truncated.format, width: truncated.width, height: truncated.height };
      assertSame({ format, width, height }, expected, "the facts of an image whose pixels end too early");
    },
  },
  {
    name: "inspect throws unsupported-format for what is not an image",
    check: async ({ engine, notImages }) => {
      assert.ok(notImages.length > 0, "expected the harness to offer bytes that are no image");
      for (const bytes of notImages) {
        await refuses(
          "unsupported-format",
          engine.inspect(bytes, NO_LIMITS),
          `${bytes.length} bytes that are no image`,
        );
      }
    },
  },
  {
    name: "inspect throws unsupported-format for a format that the policy does not list, and names it",
    check: async ({ engine, samples }) => {
      for (const { bytes, format } of samples) {
        const formats = IMAGE_FORMATS.filter((other) => other !== format);
        const message = await refuses(
          "unsupported-format",
          engine.inspect(bytes, { ...NO_LIMITS, formats }),
          format,
        );
        const received = message.slice(message.lastIndexOf("received"));
        assert.ok(
          received.includes(format),
          `expected the message to say that it received ${format}: ${message}`,
        );
      }
    },
  },
  {
    name: "inspect throws corrupt-image for a header that cannot be read",
    check: async ({ engine, brokenHeader }) => {
      await refuses("corrupt-image", engine.inspect(brokenHeader, NO_LIMITS), "a broken header");
    },
  },
  {
    name: "inspect throws too-large for what is over a limit of the policy",
    check: async (harness) => {
      for (const { sample, facts } of await inspectSamples(harness)) {
        const exact = {
          maxBytes: facts.bytes,
          maxPixels: facts.width * facts.height * facts.frames,
          maxFrames: facts.frames,
          maxCost: facts.decodeCost,
        };
        assertSame(
          await harness.engine.inspect(sample.bytes, { ...NO_LIMITS, ...exact }),
          facts,
          "an image at every limit",
        );
        for (const [limit, most] of Object.entries(exact)) {
          const policy = { ...NO_LIMITS, [limit]: most - 1 };
          await refuses(
            "too-large",
            harness.engine.inspect(sample.bytes, policy),
            `${sample.format} over ${limit}`,
          );
        }
      }
    },
  },
  {
    name: "inspect only reads the bytes, it never changes them",
    check: async ({ engine, samples }) => {
      for (const { bytes, format } of samples) {
        const before = bytes.slice();
        await engine.inspect(bytes, NO_LIMITS);
        assertSame(bytes, before, `the bytes of a ${format}`);
      }
    },
  },
];
