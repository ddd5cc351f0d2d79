import { refusal } from "../../domain/model/errors.js";

/** Whoever is bound lists their own images, and follows the events of these. Another owner is refused, whether or not there is one: that tells nothing. */
export function resolveListedOwner(boundTo: string | undefined, { owner }: { readonly owner?: string }) {
  if (boundTo === undefined) return {};
  if (owner !== undefined && owner !== boundTo)
    throw refusal("forbidden", "the caller's own name, or nothing,", "owner", owner);
  return { owner: boundTo };
}
