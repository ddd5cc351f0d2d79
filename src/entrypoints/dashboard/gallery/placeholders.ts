import { placeholderDataUrl } from "../../http/client/index.js";
import type { ImageDescription } from "../shared/images.js";

/** Places whose placeholder is still to be drawn. */
const waiting = new Map<HTMLElement, ImageDescription>();

/** Drawn placeholders: whoever scrolls back finds them. */
const drawn = new WeakMap<ImageDescription, string>();

/** Milliseconds that a drawing may take where the browser does not say how many it has. */
const SHARE = 4;

let isAsked = false;

/**
 * Draws the placeholder of an image as the background of an element: when the browser has nothing else to do, because while
 * somebody scrolls, most places are gone before one would be seen. Until the function that it returns is called.
 */
export function showPlaceholder(element: HTMLElement, image: ImageDescription): () => void {
  waiting.set(element, image);
  if (drawn.has(image)) draw(element, image);
  else requestTime();
  return () => void waiting.delete(element);
}

/** Takes a placeholder away: what shows through a picture with holes is the page. */
export function hidePlaceholder(element: HTMLElement | null): void {
  if (!element) return;
  waiting.delete(element);
  element.style.backgroundImage = "";
}

function requestTime(): void {
  if (isAsked) return;
  isAsked = true;
  // Safari has no such callback.
  if ("requestIdleCallback" in globalThis)
    requestIdleCallback((deadline) => drawWaiting(() => deadline.timeRemaining() > 0));
  else
    setTimeout(() => {
      const end = performance.now() + SHARE;
      drawWaiting(() => performance.now() < end);
    }, SHARE);
}

function drawWaiting(hasTime: () => boolean): void {
  isAsked = false;
  for (const [element, image] of waiting) {
    if (!hasTime()) break;
    draw(element, image);
  }
  if (waiting.size > 0) requestTime();
}

function draw(element: HTMLElement, image: ImageDescription): void {
  waiting.delete(element);
  const url = drawn.get(image) ?? placeholderDataUrl(image);
  if (url === undefined) return;
  drawn.set(image, url);
  element.style.backgroundImage = `url(${url})`;
}
