import { GRAVITIES } from "../../domain/model/thumbnail-spec.js";
import {
  between,
  colour,
  EVEN_WITH_FAULTS,
  listOf,
  oneOf,
  section,
  text,
  wholeNumber,
  yesOrNo,
} from "./fields.js";

/** The mark, where it lies and which renditions carry it. */
export const watermarkSchema = section({
  text: text("a text of 1 to 1024 characters").optional(),
  image: text("the path of an image").optional().describe("A path, relative to the configuration file."),
  font: text("the path of a font")
    .optional()
    .describe("A path, relative to the configuration file; for text."),
  color: colour().optional().describe("For text."),
  gravity: oneOf(GRAVITIES).optional(),
  tile: yesOrNo().optional().describe("Repeat the mark over the whole rendition, instead of a gravity."),
  opacity: between(0, 1).default(0.6),
  scale: between(0.01, 1).default(0.25).describe("Width of the mark as a share of the rendition's width."),
  margin: wholeNumber(0, 10_000).default(16).describe("Pixels between the mark and the edges."),
  minWidth: wholeNumber(0, 65_500)
    .default(200)
    .describe("Renditions narrower than this many pixels are not marked."),
  specs: listOf(text("the name of a spec")).optional().describe("Left out: all specs."),
  prefixes: listOf(text("the beginning of a key")).optional().describe("Left out: all keys."),
})
  .superRefine((value, context) => {
    const fault = (message: string, key?: string) =>
      context.addIssue({ code: "custom", message, ...(key !== undefined && { path: [key] }) });
    if (value.text === undefined && value.image === undefined) fault("a text or an image");
    if (value.text !== undefined && value.image !== undefined) fault("no image beside text", "image");
    if (value.tile === true && value.gravity !== undefined) fault("no gravity beside tile", "gravity");
    if (value.image !== undefined && value.font !== undefined) fault("no font beside image", "font");
    if (value.image !== undefined && value.color !== undefined) fault("no color beside image", "color");
  }, EVEN_WITH_FAULTS)
  .meta({
    oneOf: [
      { required: ["text"], not: { required: ["image"] } },
      { required: ["image"], not: { anyOf: ["text", "font", "color"].map((key) => ({ required: [key] })) } },
    ],
    not: { required: ["tile", "gravity"], properties: { tile: { const: true } } },
  });
