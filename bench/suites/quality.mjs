import sharp from "sharp";
import { resizePicture } from "../support/bare-sharp.mjs";
import { decodeRaw } from "../support/compare.mjs";
import { computeMedian } from "../support/measure.mjs";
import { createConfiguration, produce } from "../support/product.mjs";
import { cut, scaleReference } from "../support/reference.mjs";
import { SETS } from "../support/sets.mjs";
import { computePsnr, computeSsim } from "../support/similarity.mjs";

export const title = "Quality: derived outputs and sharp(input), beside a full-precision reference";

/** Outputs that are listed one by one. */
const SHOWN = 8;

/** Nothing is lost in a PNG: what differs comes from decoding and scaling alone. */
const toPngSpecs = (specs) =>
  specs.map((spec) => ({ ...spec, name: spec.name.replace("jpeg-", ""), format: "png" }));

const FAMILIES = {
  pages: toPngSpecs(SETS.JPEG),
  small: toPngSpecs(SETS.thumbnails),
  // Of each original some are between 20 and 32 times smaller, and some need nearly all of its pixels.
  mixed: toPngSpecs(
    [2400, 1920, 1100, 240, 200, 150, 130, 70, 60, 40].map((width) => ({ name: `w${width}`, width })),
  ),
  odd: toPngSpecs([
    { name: "third", width: 333 },
    { name: "tall", height: 451 },
    { name: "banner", width: 1000, height: 301, fit: "cover" },
    { name: "portrait", width: 301, height: 500, fit: "cover" },
    { name: "nearly-half", width: 777 },
    { name: "inside", width: 250, height: 250, fit: "inside" },
    { name: "stretched", width: 400, height: 400, fit: "fill" },
  ]),
};

export async function run({ originals, signal, progress }) {
  const photographs = [
    ...(await originals([1, 3, 12, 24])).map((original) => ["", original]),
    ...(await originals([6], { orientation: 6 })).map((original) => [", turned", original]),
  ];
  const rows = [];
  const all = [];
  const misfits = [];
  for (const [kind, { name, bytes }] of photographs) {
    const whole = await decodeRaw(await sharp(bytes).autoOrient().png({ compressionLevel: 1 }).toBuffer());
    for (const [family, specs] of Object.entries(FAMILIES)) {
      const usable = specs.filter(
        ({ width = 1, height = 1 }) => width <= whole.width && height <= whole.height,
      );
      const { plan, outputs } = await produce(bytes, createConfiguration(usable));
      const found = [];
      for (const [index, spec] of usable.entries()) {
        signal.throwIfAborted();
        progress(`${name}${kind}, ${family}, ${spec.name}`);
        const ours = await decodeRaw(outputs[index].bytes);
        const direct = await decodeRaw(
          await resizePicture(sharp(bytes).autoOrient(), spec).png({ compressionLevel: 1 }).toBuffer(),
        );
        if (ours.width !== direct.width || ours.height !== direct.height) {
          await checkSize(spec, whole, ours);
          misfits.push(`${name}${kind}, ${spec.name}`);
          continue;
        }
        found.push({
          name: `${name}${kind}, ${spec.name}`,
          ...compareSizes(whole, plan.outputs[index], ours, direct),
        });
      }
      all.push(...found);
      const listValues = (key) => found.map((entry) => entry[key]);
      rows.push([
        `${name}${kind}, ${family}`,
        found.length,
        computeMedian(listValues("direct")).toFixed(1),
        computeMedian(listValues("ours")).toFixed(1),
        Math.min(...listValues("gain")).toFixed(2),
        Math.min(...listValues("likeness")).toFixed(5),
      ]);
    }
  }
  const findLeast = (key) => all.toSorted((a, b) => a[key] - b[key])[0];
  const [worst, unlike] = [findLeast("gain"), findLeast("likeness")];
  return {
    tables: [
      {
        columns: [
          "original, outputs",
          "outputs",
          "sharp(input), PSNR dB",
          "Safelight, PSNR dB",
          "least gain, dB",
          "least SSIM gain",
        ],
        rows,
      },
      {
        caption: "The outputs that gain least",
        columns: ["output", "sharp(input), PSNR dB", "Safelight, PSNR dB", "SSIM gain"],
        rows: all
          .toSorted((a, b) => a.gain - b.gain)
          .slice(0, SHOWN)
          .map((entry) => [
            entry.name,
            entry.direct.toFixed(2),
            entry.ours.toFixed(2),
            entry.likeness.toFixed(5),
          ]),
      },
    ],
    results: [
      {
        measure: `PSNR over sharp(input), worst of ${all.length} outputs (${worst.name})`,
        value: worst.gain,
        target: -0.1,
        least: true,
        unit: "dB",
      },
      {
        measure: `SSIM over sharp(input), worst of ${all.length} outputs (${unlike.name})`,
        value: unlike.likeness,
        target: -0.0005,
        least: true,
        digits: 5,
      },
    ],
    notes: [
      "Sizes are equal to the pixel, or this suite fails. PSNR columns are medians. A crop of sharp's that lies a pixel beside the reference is moved onto it first.",
      ...(misfits.length > 0
        ? [
            `Left out: ${misfits.join("; ")}. There \`sharp(input)\` itself is a pixel beside what sharp gives for the same pixels decoded, because it shrinks on load; Safelight is not.`,
          ]
        : []),
    ],
  };
}

function compareSizes(whole, planned, ours, direct) {
  const scaled = scaleReference(whole, planned);
  const cutReference = (crop) => (crop ? cut(scaled, crop) : scaled).data;
  const nearest = listNeighbors(planned.crop, planned.resize)
    .map((crop) => ({ reference: cutReference(crop), psnr: computePsnr(cutReference(crop), direct.data) }))
    .toSorted((a, b) => b.psnr - a.psnr)[0];
  const reference = cutReference(planned.crop);
  const us = {
    psnr: computePsnr(reference, ours.data),
    ssim: computeSsim(reference, ours.data, ours.width, ours.height),
  };
  const them = {
    psnr: nearest.psnr,
    ssim: computeSsim(nearest.reference, direct.data, direct.width, direct.height),
  };
  return { ours: us.psnr, direct: them.psnr, gain: us.psnr - them.psnr, likeness: us.ssim - them.ssim };
}

/** Where `sharp(input)` differs by a pixel, it must be for its shrinking on load: given the pixels themselves it has to give our size. */
async function checkSize(spec, { data, width, height }, ours) {
  const raw = { width, height, channels: 3 };
  const { info } = await resizePicture(sharp(data, { raw }), spec)
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== ours.width || info.height !== ours.height)
    throw new Error(
      `${spec.name} has ${ours.width} x ${ours.height} pixels, and from sharp ${info.width} x ${info.height}`,
    );
}

/** The crop, and the crops a pixel away. */
function listNeighbors(crop, { width, height }) {
  if (!crop) return [undefined];
  const moves = [-1, 0, 1].flatMap((x) =>
    [-1, 0, 1].map((y) => ({ ...crop, left: crop.left + x, top: crop.top + y })),
  );
  return moves.filter(
    ({ left, top }) => left >= 0 && top >= 0 && left + crop.width <= width && top + crop.height <= height,
  );
}
