/** Where somebody is in the gallery: how far down, and among how many images. */
export interface Place {
  readonly y: number;
  readonly count: number;
}

/** Keeps a place with the entry of the history that is shown: reload, back and forward find it there. */
export function keepPlace(place: Place): void {
  history.replaceState(place, "");
}

/** The place that was kept with the entry of the history that is shown. */
export function readPlace(): Place | undefined {
  const { y, count } = (history.state ?? {}) as Partial<Place>;
  return typeof y === "number" && typeof count === "number" ? { y, count } : undefined;
}
