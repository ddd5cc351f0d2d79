declare const provided: unique symbol;

/**
 * Names one thing that a container holds, and at compile time its type. Invariant in `T`, so that a token of one port
 * is never taken for the token of another.
 */
export type Token<T> = symbol & { readonly [provided]: (value: T) => T };

/** A new token. `name` appears in errors. */
export function token<T>(name: string): Token<T> {
  return Symbol(name) as Token<T>;
}

/** A tuple of values as the tuple of their tokens. */
export type TokensOf<Values extends readonly unknown[]> = { readonly [I in keyof Values]: Token<Values[I]> };
