import { SafelightError } from "../../domain/model/errors.js";
import type { ImageEngine } from "../../ports/image-engine.js";

const refuse = () =>
  Promise.reject(
    new SafelightError("internal", "expected the process function to decode but this one was asked"),
  );

/**
 * For functions that only read and ask: sharp is not in their bundle. No record was made by this version, so every
 * ask to process goes to the queue, where the process function knows its own.
 */
export const NO_ENGINE: ImageEngine = { version: "none", inspect: refuse, render: refuse };
