import type { ImageDescription } from "../../../domain/model/image-record.js";

export type { ImageDescription } from "../../../domain/model/image-record.js";

/** One of the pictures of an image. */
export type RenditionDescription = ImageDescription["renditions"][number];

/** A picture that has a URL. */
export type Shown = RenditionDescription & { readonly url: string };

/** The pictures of an image that can be shown, narrowest first. */
export function listShown({ renditions }: ImageDescription): readonly Shown[] {
  return renditions.filter((one): one is Shown => one.url !== undefined).sort((a, b) => a.width - b.width);
}

/** The lightest picture that fills a square of so many pixels, or the largest that there is. */
export function chooseThumbnail(image: ImageDescription, side: number): Shown | undefined {
  const shown = listShown(image);
  const filling = shown.filter(({ width, height }) => Math.min(width, height) >= side);
  return filling.sort((a, b) => a.bytes - b.bytes)[0] ?? shown.at(-1);
}

/** Whether a picture is cropped, padded or stretched: its sides have other proportions than the image, by more than rounding. */
export function isReshaped(image: ImageDescription, { width, height }: RenditionDescription): boolean {
  // The size of the source is that of the upright picture.
  if (!image.source) return false;
  const ratio = image.source.width / image.source.height;
  return Math.abs(width - height * ratio) > Math.max(1, ratio);
}

/** The largest picture that shows all of the image, for editing; a copy of the original only if there is no other. */
export function chooseWhole(image: ImageDescription): Shown | undefined {
  const whole = listShown(image).filter((one) => !isReshaped(image, one));
  return whole.filter(({ bytes }) => bytes !== image.source?.bytes).at(-1) ?? whole.at(-1);
}

/** The title of an image, or its file name. */
export function nameImage({ title, fileName }: ImageDescription): string {
  return title || fileName;
}
