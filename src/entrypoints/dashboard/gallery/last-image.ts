let last: string | undefined;

/** Remembers the image that was opened last: whoever comes back from it goes on there. */
export function rememberImage(imageId: string | undefined): void {
  last = imageId;
}

/** The image that was opened last. */
export function readLastImage(): string | undefined {
  return last;
}
