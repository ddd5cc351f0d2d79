import { Store, useStore } from "./store.js";

/** The statuses that a gallery can be narrowed to. */
export const STATUSES = ["ready", "pending", "rejected"] as const;

/** Which images a gallery shows. */
export interface Filter {
  readonly status?: (typeof STATUSES)[number];
  readonly tag?: string;
  /** The beginning of the file name, in any case. */
  readonly name?: string;
}

/** Where the reader is: a view, and the filter of the gallery to come back to. */
export interface Address {
  readonly view: "gallery" | "image" | "pipeline";
  readonly imageId?: string;
  readonly filter: Filter;
}

/**
 * Reads an address from the query of a URL. The page has one path: all others belong to the API and the renditions, and
 * whoever serves the page needs no rule for its views.
 */
export function parseAddress(query: string): Address {
  const parameters = new URLSearchParams(query);
  const imageId = parameters.get("image");
  const status = STATUSES.find((one) => one === parameters.get("status"));
  const tag = parameters.get("tag");
  const name = parameters.get("name");
  const filter = { ...(status && { status }), ...(tag && { tag }), ...(name && { name }) };
  if (imageId) return { view: "image", imageId, filter };
  return { view: parameters.get("view") === "pipeline" ? "pipeline" : "gallery", filter };
}

/** Writes an address as the query of a URL. */
export function formatAddress({ view, imageId, filter }: Address): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) parameters.set(name, value);
  if (view === "image" && imageId) parameters.set("image", imageId);
  if (view === "pipeline") parameters.set("view", "pipeline");
  const query = String(parameters);
  // A link to nothing would be a link to the address that is shown.
  return query === "" ? "./" : `./?${query}`;
}

const current = new Store<Address>(parseAddress(globalThis.location?.search ?? ""));

globalThis.addEventListener?.("popstate", () => current.set(parseAddress(location.search)));

/** The address that is shown. */
export function useAddress(): Address {
  return useStore(current);
}

/** Goes to an address; with `replace` the one that is left is no step of the way back. */
export function openAddress(address: Address, { replace = false } = {}): void {
  const url = formatAddress(address);
  if (replace) history.replaceState(null, "", url);
  else {
    history.pushState(null, "", url);
    // A view begins at its top, wherever the one before was.
    scrollTo(0, 0);
  }
  current.set(address);
}
