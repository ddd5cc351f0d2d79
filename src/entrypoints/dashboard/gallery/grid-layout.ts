/** The measures of a grid, in CSS pixels. */
export interface GridLayout {
  readonly columns: number;
  /** The side of the square that a picture has. */
  readonly side: number;
  /** From the top of one row to that of the next. */
  readonly pitch: number;
}

/** Between two images. */
export const GAP = 12;

/** Below each picture: its name. */
export const CAPTION = 34;

/** No picture is narrower, but for windows that have no room for two. */
const LEAST_SIDE = 148;

/** Divides a width into columns of equal squares. */
export function computeLayout(width: number): GridLayout {
  const columns = Math.max(1, Math.min(10, Math.floor((width + GAP) / (LEAST_SIDE + GAP))));
  const side = Math.max(1, Math.floor((width - GAP * (columns - 1)) / columns));
  return { columns, side, pitch: side + CAPTION + GAP };
}

/** Finds the image to go to from another by a key; `undefined` if the key does not move or there is nowhere to go. */
export function findNext(
  key: string,
  from: { readonly index: number; readonly count: number; readonly columns: number; readonly rows: number },
): number | undefined {
  const { index, count, columns, rows } = from;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - columns,
    ArrowDown: index + columns,
    PageUp: Math.max(index % columns, index - columns * rows),
    PageDown: Math.min(count - 1, index + columns * rows),
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next !== undefined && next >= 0 && next < count && next !== index ? next : undefined;
}
