import { invalidInput } from "../../domain/model/errors.js";
import type { StatusName, StatusStore } from "../status-store.js";
import { defineGuard } from "./define-guard.js";

/** Those of `StatusDocuments`: a name that is missing here does not compile. */
const NAMES: { readonly [Name in StatusName]: true } = { deployment: true, reconcile: true };

/** Most characters of JSON that a document may have: far more than any has, and few enough for a row of every store. */
const MOST_CHARACTERS = 100_000;

/** A status store behind the checks of its port: names, times and sizes. See {@link defineGuard}. */
export const guardStatusStore = defineGuard<StatusStore>({
  get: checkName,

  put: (name, document) => {
    checkName(name);
    checkTime(document.at);
    const { length } = JSON.stringify(document);
    if (length > MOST_CHARACTERS)
      throw invalidInput(`at most ${MOST_CHARACTERS} characters of JSON`, name, `${length} characters`);
  },
});

function checkName(name: string): void {
  if (!Object.hasOwn(NAMES, name))
    throw invalidInput(`one of ${Object.keys(NAMES).join(", ")}`, "the name of a status", name);
}

/** Times of this form, and of no other, are in order where their text is. */
function checkTime(at: string): void {
  const time = new Date(at);
  if (!/^\d{4}-/.test(at) || Number.isNaN(time.getTime()) || time.toISOString() !== at)
    throw invalidInput("a time such as 2026-01-31T12:00:00.000Z", "at", at);
}
