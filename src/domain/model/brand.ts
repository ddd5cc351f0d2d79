declare const brand: unique symbol;

/**
 * A value that only its constructor gives: text of another kind, or a look-alike written down by hand, does not compile
 * in its place. At runtime it is the value itself, and whoever wants plain text may have it.
 */
export type Branded<Name extends string, Base = string> = Base & { readonly [brand]: Name };
