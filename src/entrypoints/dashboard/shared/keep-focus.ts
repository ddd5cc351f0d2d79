/** Elements that keys can reach. */
const REACHABLE =
  'a[href], button:not(:disabled), input:not(:disabled, [hidden]), textarea:not(:disabled), [tabindex="0"]';

/**
 * Keeps the focus where somebody works: an element that is moved has it again, and of one that goes away what stands nearest
 * has it. A browser gives it to nothing then, and who works by keyboard begins at the top. Until the function that it returns
 * is called.
 */
export function keepFocus(): () => void {
  let path: readonly Element[] = [];
  let frame = 0;
  const note = ({ target }: FocusEvent) => {
    path = target instanceof Element ? listAncestors(target) : [];
  };
  // Whoever leaves an element by their own doing has not lost it.
  const leave = (event: Event) => {
    if (!(event instanceof KeyboardEvent) || event.key === "Tab") path = [];
  };
  const look = () => {
    frame = 0;
    if (path.length > 0 && document.activeElement === document.body && document.hasFocus())
      findNearest(path)?.focus();
  };
  const observer = new MutationObserver(() => {
    // After the views have said where it goes themselves.
    if (path.length > 0 && document.activeElement === document.body) frame ||= requestAnimationFrame(look);
  });
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  const listeners = { focusin: note, pointerdown: leave, keydown: leave };
  const all = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of all) addEventListener(name, listener, true);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
    for (const [name, listener] of all) removeEventListener(name, listener, true);
  };
}

function listAncestors(element: Element): readonly Element[] {
  const { parentElement } = element;
  return parentElement ? [element, ...listAncestors(parentElement)] : [element];
}

/** Finds the element itself, or the first that is reachable in what was around it; the content of the page where nothing is. */
function findNearest(path: readonly Element[]): HTMLElement | null {
  const main = document.querySelector<HTMLElement>("main");
  for (const place of path.filter(({ isConnected }) => isConnected)) {
    if (place.matches(REACHABLE)) return place as HTMLElement;
    if (place.contains(main)) return main;
    const found = place.querySelector<HTMLElement>(REACHABLE);
    if (found) return found;
  }
  return main;
}
