import type { Sharp } from "sharp";

/** Where a profile names the color model that it is for (ICC.1:2022, 7.2.6). */
const MODEL_START = 16;

/** Whether the picture has an ICC profile for this color model. */
export async function hasProfile(picture: Sharp, model: "RGB " | "GRAY"): Promise<boolean> {
  const { icc } = await picture.metadata();
  return icc?.toString("latin1", MODEL_START, MODEL_START + 4) === model;
}
