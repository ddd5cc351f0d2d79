import { useSyncExternalStore } from "react";

/** A value that changes, and whoever shows it. */
export class Store<State> {
  readonly #watchers = new Set<() => void>();
  #state: State;

  constructor(initial: State) {
    this.#state = initial;
  }

  readonly get = (): State => this.#state;

  readonly set = (state: State): void => {
    if (Object.is(state, this.#state)) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  };

  /** Replaces some fields of a state that is an object. */
  readonly merge = (fields: Partial<State>): void => {
    this.set({ ...this.#state, ...fields });
  };

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
}

/** The value of a store, in a component that is drawn again when it changes. */
export function useStore<State>(store: Store<State>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
