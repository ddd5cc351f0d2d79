declare const provided: unique symbol;

/** Something that a container can be asked for and that gives a `T`. Invariant in `T`: no port stands in for another. */
export interface Dependency<T> {
  readonly [provided]: (value: T) => T;
}

/** Names one thing that a container holds, and at compile time its type. */
export type Token<T> = symbol & Dependency<T>;

/** A new token. `name` appears in errors. */
export function token<T>(name: string): Token<T> {
  return Symbol(name) as Token<T>;
}

/** What is bound to the token, or `undefined` if nothing is. */
export function optional<T>(token: Token<T>): Dependency<T | undefined> {
  return { serviceIdentifier: token, optional: true } as unknown as Dependency<T | undefined>;
}

/** What gives each value of the tuple, in its order: a token, or `optional(token)` where the value may be missing. */
export type DependenciesOf<Values extends readonly unknown[]> = {
  readonly [Index in keyof Values]: Dependency<Values[Index]>;
};
