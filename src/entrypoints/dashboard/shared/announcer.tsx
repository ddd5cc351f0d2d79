import { Store, useStore } from "./store.js";

const message = new Store("");

/** Has screen readers say a sentence once they have said what they are saying. */
export function announce(sentence: string): void {
  // The same sentence again would be no change, and nothing would be said.
  message.set(message.get() === sentence ? `${sentence}\u00a0` : sentence);
}

/** Where announced sentences are: there from the beginning, because regions that come with their text are not read. */
export function Announcer() {
  return (
    <div className="unseen" role="status">
      {useStore(message)}
    </div>
  );
}
