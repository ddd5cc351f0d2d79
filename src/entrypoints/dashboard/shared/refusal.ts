import type { Failure } from "../../../domain/model/image-record.js";

/** By code: what is wrong with a file in plain words, and what to do about it. */
const WORDS: Partial<Record<Failure["code"], { readonly what: string; readonly next: string }>> = {
  "unsupported-format": {
    what: "This is not a kind of image that is accepted here.",
    next: "Save it as JPEG, PNG or WebP and upload it again.",
  },
  "corrupt-image": {
    what: "The file is damaged or incomplete.",
    next: "Export or copy it again from where it came from.",
  },
  "decoder-crashed": {
    what: "The file could not be opened safely.",
    next: "Open it in an image editor, save it anew and upload that.",
  },
  "too-large": {
    what: "The file or its picture is larger than allowed.",
    next: "Make it smaller and upload it again.",
  },
};

/** Explains why a file was refused, for people who know nothing of formats. */
export function explainRefusal({ code, message }: Failure): { readonly what: string; readonly next: string } {
  return WORDS[code] ?? { what: `${message}.`, next: "Try it again later." };
}
