import { SafelightError } from "./errors.js";

/** Nobody could say what a picture shows, and its configuration requires that somebody does before it is shown. */
export class Unjudged extends SafelightError {
  constructor(options: { readonly cause: unknown }) {
    // Whatever the tagger called its failure: a code that blames the original would reject it forever.
    super("unavailable", "moderation was required but the tagger failed", options);
  }
}
