import type { Check } from "./checks.js";
import * as is from "./checks.js";
import { type FocalPoint, point } from "./thumbnail-spec.js";

/** The edits of one image. No settlement changes them, except that other bytes drop the focal point. */
export interface Edits {
  /** The point that every `cover` crop of this image keeps in view, whatever its spec says. Other bytes drop it. */
  readonly focalPoint?: FocalPoint;
  /** The alternative text: a description for people who cannot see the picture; empty for decoration. */
  readonly alt?: string;
  readonly title?: string;
}

/** An edit: what is left out stays, and `null` takes away. */
export type EditsInput = { readonly [Name in keyof Edits]?: Edits[Name] | null };

/** Most characters of an alternative text or a title. */
export const MAX_EDIT_TEXT = 2_000;

/** An alternative text or a title. */
export const EDIT_TEXT = new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{0,${MAX_EDIT_TEXT}}$`, "u");

/** The rule of {@link EDIT_TEXT}, in words. */
export const EDIT_TEXT_RULE = `at most ${MAX_EDIT_TEXT} characters without line breaks or control characters`;

/**
 * Reads an edit. Throws one `invalid-input` that names every wrong key: a focal point outside 0 to 1, a text with line
 * breaks or control characters or of more than 2,000 characters, a key that nobody knows.
 */
export function checkEdits(written: unknown): EditsInput {
  return is.runCheck("the edit", edit, written);
}

/** Returns the edits after applying `edit`. */
export function applyEdit(before: Edits, edit: EditsInput): Edits {
  const after = { ...pickEdits(before), ...edit };
  return pickEdits(Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null)));
}

/** Only what people say of what is known about an image, in one order. */
export function pickEdits({ focalPoint, alt, title }: Edits): Edits {
  return {
    // Minus zero is the same place, and stores that write text keep no sign of it.
    ...(focalPoint && { focalPoint: { x: focalPoint.x + 0, y: focalPoint.y + 0 } }),
    ...(alt !== undefined && { alt }),
    ...(title !== undefined && { title }),
  };
}

/** Whether both mean the same place, or no place. */
export function isSamePoint(a: FocalPoint | undefined, b: FocalPoint | undefined): boolean {
  return a?.x === b?.x && a?.y === b?.y;
}

const words = is.checkText(EDIT_TEXT_RULE, EDIT_TEXT);

const edit = is.checkSection<Edits>(
  { focalPoint: allowNull(point), alt: allowNull(words), title: allowNull(words) },
  () => ({}),
) as Check<EditsInput>;

/** Accepts null, which removes a value when the edit is applied. */
function allowNull<T>(check: Check<T>): Check<T> {
  return (value, context) => (value === null ? (null as T) : check(value, context));
}
