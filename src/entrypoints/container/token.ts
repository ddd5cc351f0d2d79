declare const provided: unique symbol;

/** A key for a value of type `T` in a container. Invariant in `T`: one port cannot stand in for another. */
export interface Dependency<T> {
  readonly [provided]: (value: T) => T;
}

/** Names a value in a container, and at compile time its type. */
export type Token<T> = symbol & Dependency<T>;

/** Creates a token. `name` appears in errors. */
export function token<T>(name: string): Token<T> {
  return Symbol(name) as Token<T>;
}

/** Marks a dependency as optional: its value is `undefined` if nothing is bound to the token. */
export function optional<T>(token: Token<T>): Dependency<T | undefined> {
  return { serviceIdentifier: token, optional: true } as unknown as Dependency<T | undefined>;
}

/** The dependencies of a factory, in the order of its parameters: tokens, or `optional(token)` where a value may be missing. */
export type DependenciesOf<Values extends readonly unknown[]> = {
  readonly [Index in keyof Values]: Dependency<Values[Index]>;
};
