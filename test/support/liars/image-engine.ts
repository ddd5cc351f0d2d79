import { hasCode, SafelightError } from "../../../src/domain/model/errors.js";
import { getKnownGoodPicture } from "../../../src/domain/model/known-good-picture.js";
import type { PlannedImage, RenderPlan } from "../../../src/domain/model/render-plan.js";
import type { ImageEngineHarness } from "../../../src/ports/contracts/index.js";
import type { ImageEngine, RenderedImage } from "../../../src/ports/image-engine.js";
import { createFakeImage, readFakeMetadataKinds } from "../../../src/testing/fake-engine.js";
import { type Liar, replaceMethods } from "./liar.js";

function createLiar(
  law: string,
  lie: string,
  spoil: (honest: ImageEngine) => Partial<ImageEngine>,
): Liar<ImageEngineHarness> {
  return {
    law,
    lie,
    build: (honest) => ({ ...honest, engine: replaceMethods(honest.engine, spoil(honest.engine)) }),
  };
}

/** A liar that changes each finished output. */
function createRetoucher(
  law: string,
  lie: string,
  retouch: (output: RenderedImage, plan: RenderPlan, original: Uint8Array) => RenderedImage,
): Liar<ImageEngineHarness> {
  return createLiar(law, lie, (honest) => ({
    render: async (bytes, plan) => {
      const { outputs, ...rest } = await honest.render(bytes, plan);
      return { ...rest, outputs: outputs.map((output) => retouch(output, plan, bytes)) };
    },
  }));
}

/** A liar that carries out another plan than the one it was given. */
function createPlanner(
  law: string,
  lie: string,
  change: (output: PlannedImage) => PlannedImage,
): Liar<ImageEngineHarness> {
  return createLiar(law, lie, (honest) => ({
    render: (bytes, plan) => {
      const outputs = plan.outputs.map((output) => (output.kind === "image" ? change(output) : output));
      return honest.render(bytes, { ...plan, outputs });
    },
  }));
}

const TAGGING =
  "what the tagger is shown is made as planned, without metadata, and given apart from the outputs";

/** Broken engines. */
export const imageEngineLiars: readonly Liar<ImageEngineHarness>[] = [
  {
    law: "version names the engine, and stays the same",
    lie: "counts its work in its version",
    build: (honest) => {
      let work = 0;
      const engine: ImageEngine = {
        get version() {
          return `fake ${work}`;
        },
        inspect: (bytes, policy) => {
          work += 1;
          return honest.engine.inspect(bytes, policy);
        },
        render: (bytes, plan) => honest.engine.render(bytes, plan),
      };
      return { ...honest, engine };
    },
  },
  createLiar(
    "checkFormats lets pass every format that the engine reads",
    "asks for a package that it does not need",
    () => ({
      checkFormats: (formats) => {
        if (formats.includes("heic")) throw new SafelightError("invalid-input", "install something first");
      },
    }),
  ),
  createLiar(
    "inspect tells what the bytes are by their content",
    "tells the size of the picture once it is upright",
    (honest) => ({
      inspect: async (bytes, policy) => {
        const facts = await honest.inspect(bytes, policy);
        return facts.orientation < 5 ? facts : { ...facts, width: facts.height, height: facts.width };
      },
    }),
  ),
  createLiar(
    "the same bytes always give the same facts",
    "estimates the cost by what it has free",
    (honest) => {
      let used = 0;
      return {
        inspect: async (bytes, policy) => {
          used += 1;
          const facts = await honest.inspect(bytes, policy);
          return { ...facts, decodeCost: facts.decodeCost + used };
        },
      };
    },
  ),
  createLiar(
    "inspect reads the header and decodes no pixels",
    "decodes the picture to be sure",
    (honest) => ({
      inspect: async (bytes, policy) => {
        const facts = await honest.inspect(bytes, policy);
        await honest.render(bytes, { source: facts, upright: facts, metadata: "strip", outputs: [] });
        return facts;
      },
    }),
  ),
  createLiar(
    "inspect throws unsupported-format for what is not an image",
    "calls it a broken image",
    (honest) => ({
      inspect: (bytes, policy) =>
        honest.inspect(bytes, policy).catch(replaceCode("unsupported-format", "corrupt-image")),
    }),
  ),
  createLiar(
    "inspect throws unsupported-format for a format that the policy does not list, and names it",
    "does not say what it has received",
    (honest) => ({
      inspect: (bytes, policy) =>
        honest.inspect(bytes, policy).catch(replaceCode("unsupported-format", "unsupported-format")),
    }),
  ),
  createLiar(
    "inspect throws corrupt-image for a header that cannot be read",
    "takes it for something else",
    (honest) => ({
      inspect: (bytes, policy) =>
        honest.inspect(bytes, policy).catch(replaceCode("corrupt-image", "unsupported-format")),
    }),
  ),
  createLiar(
    "inspect throws too-large for what is over a limit of the policy",
    "does not count frames",
    (honest) => ({
      inspect: (bytes, policy) => honest.inspect(bytes, { ...policy, maxFrames: Number.MAX_SAFE_INTEGER }),
    }),
  ),
  ...(["maxBytes", "maxPixels", "maxCost"] as const).map((limit) =>
    createLiar(
      "inspect throws too-large for what is over a limit of the policy",
      `leaves ${limit} to whoever asks`,
      (honest) => ({
        inspect: (bytes, policy) => honest.inspect(bytes, { ...policy, [limit]: Number.MAX_SAFE_INTEGER }),
      }),
    ),
  ),
  createLiar(
    "inspect only reads the bytes, it never changes them",
    "repairs the bytes while it is at it",
    (honest) => ({
      inspect: async (bytes, policy) => {
        const facts = await honest.inspect(bytes, policy);
        bytes.fill(0x20, -1);
        return facts;
      },
    }),
  ),
  createLiar(TAGGING, "gives what the tagger is shown as one more output", (honest) => ({
    render: async (bytes, plan) => {
      const { outputs, tagging, ...rest } = await honest.render(bytes, plan);
      return { ...rest, outputs: tagging ? [...outputs, tagging] : outputs };
    },
  })),
  createLiar(TAGGING, "shows the tagger all that is known", (honest) => ({
    render: (bytes, { tagging, ...plan }) =>
      honest.render(bytes, { ...plan, ...(tagging && { tagging: { ...tagging, metadata: "keep-all" } }) }),
  })),
  createLiar(
    "nothing is made for a tagger unless the plan asks for it",
    "shows its first output",
    (honest) => ({
      render: async (bytes, plan) => {
        const rendered = await honest.render(bytes, plan);
        const [first] = rendered.outputs;
        return { ...rendered, ...(first && { tagging: first }) };
      },
    }),
  ),
  createLiar(
    "explain speaks of outputs of the plan, of each at most once and in words",
    "speaks of what it would have liked to make",
    () => ({
      explain: () => ({
        lines: [],
        outputs: [{ name: "poster", format: "jpeg", from: "a dream" }],
        pixels: {},
      }),
    }),
  ),
  createLiar(
    "explain gives equal plans equal answers, which JSON can hold",
    "tells when it was asked",
    () => {
      let asked = 0;
      return { explain: () => ({ lines: [`answer ${++asked}`], outputs: [], pixels: {} }) };
    },
  ),
  createLiar(
    "explain gives equal plans equal answers, which JSON can hold",
    "has numbers that JSON has not",
    () => ({
      explain: () => ({ lines: [], outputs: [], pixels: { scale: Number.NaN } }),
    }),
  ),
  createLiar(
    "render carries out the whole plan, in its order",
    "gives what is done first first",
    (honest) => ({
      render: async (bytes, plan) => ({ outputs: [...(await honest.render(bytes, plan)).outputs].reverse() }),
    }),
  ),
  createRetoucher(
    "every output has exactly the planned size and format",
    "says what was planned, whatever came out",
    (output) => ({
      ...output,
      bytes: createFakeImage({ format: "png", width: 1, height: 1, payload: output.name }),
    }),
  ),
  createPlanner(
    "every output of any spec has exactly the planned size and format",
    "rounds sides up to even ones",
    (output) => {
      const { width, height } = output.size;
      return { ...output, size: { width: width + (width % 2), height: height + (height % 2) } };
    },
  ),
  createRetoucher(
    "every output is upright without an orientation tag",
    "leaves the turning to the viewer",
    (output, plan) => {
      const { orientation } = plan.source;
      return isCopy(output, plan)
        ? output
        : { ...output, bytes: createFakeImage({ ...output, orientation, payload: "" }) };
    },
  ),
  createRetoucher(
    "no output carries metadata that the plan does not keep",
    "keeps what it finds",
    (output, plan, original) => {
      const metadata = readFakeMetadataKinds(original);
      const { format, width, height, frames } = output;
      if (isCopy(output, plan) || metadata.length === 0) return output;
      return { ...output, bytes: createFakeImage({ format, width, height, frames, metadata, payload: "" }) };
    },
  ),
  createRetoucher("a copy is the original's bytes", "cleans a copy up", (output, plan) =>
    isCopy(output, plan) ? { ...output, bytes: output.bytes.slice(0, -1) } : output,
  ),
  {
    law: "the same bytes and plan give the same outputs",
    lie: "writes something new into each output",
    build: (honest) => {
      let made = 0;
      const render: ImageEngine["render"] = async (bytes, plan) => {
        const { outputs } = await honest.engine.render(bytes, plan);
        return {
          outputs: outputs.map((output) => {
            made += 1;
            return { ...output, bytes: Buffer.concat([output.bytes, Buffer.from(String(made))]) };
          }),
        };
      };
      return { ...honest, engine: replaceMethods(honest.engine, { render }) };
    },
  },
  createLiar(
    "render throws corrupt-image when the pixels do not decode to the end, and gives no part of the outputs",
    "gives what it could decode, which is nothing",
    (honest) => ({
      render: (bytes, plan) =>
        honest.render(bytes, plan).catch((error: unknown) => {
          if (hasCode(error, "corrupt-image")) return { outputs: [] };
          throw error;
        }),
    }),
  ),
  createLiar(
    "render throws decoder-crashed when decoding had to be stopped",
    "blames the picture for its own patience",
    (honest) => ({
      render: (bytes, plan) =>
        honest.render(bytes, plan).catch(replaceCode("decoder-crashed", "corrupt-image")),
    }),
  ),
  createLiar(
    "the known good picture of each format that the engine reads is rendered as planned",
    "has one picture for all formats",
    (honest) => ({
      getKnownGoodPicture: () => honest.getKnownGoodPicture?.("gif") ?? getKnownGoodPicture("gif"),
    }),
  ),
  createRetoucher(
    "render only reads the bytes, it never changes them",
    "gives the original itself away as its copy",
    (output, plan, original) => (isCopy(output, plan) ? { ...output, bytes: original } : output),
  ),
];

function isCopy({ name }: RenderedImage, { outputs }: RenderPlan): boolean {
  return outputs.some((output) => output.name === name && output.kind === "copy");
}

/** The same refusal under another code, and without its words. */
function replaceCode(from: SafelightError["code"], to: SafelightError["code"]): (error: unknown) => never {
  return (error) => {
    throw hasCode(error, from) ? new SafelightError(to, "the image was refused") : error;
  };
}
