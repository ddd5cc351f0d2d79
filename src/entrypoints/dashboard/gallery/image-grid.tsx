import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type SyntheticEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import type { Filter } from "../shared/address.js";
import type { ImageDescription } from "../shared/images.js";
import { computeLayout, findNext, GAP } from "./grid-layout.js";
import { ImageTile } from "./image-tile.jsx";
import { readLastImage } from "./last-image.js";
import type { Range } from "./listing.js";
import { keepPlace, readPlace } from "./place.js";
import { hidePlaceholder } from "./placeholders.js";

/**
 * Rows that are drawn beyond each edge of the window, and rows below these at which the next page is asked for. Until somebody
 * scrolls, what is seen comes first; then the next ones are there before they are seen.
 */
const AT_REST = { overscan: 1, ahead: 0 };
const SCROLLED = { overscan: 3, ahead: 6 };

interface GridProps {
  readonly images: readonly ImageDescription[];
  readonly filter: Filter;
  readonly isLoading: boolean;
  /** Is told which images are drawn, and when none are any more. */
  readonly noteSeen: (seen: Range | undefined) => void;
  /** Loads the next page; absent where that just failed. */
  readonly loadMore: (() => void) | undefined;
}

/**
 * A grid of images of which only those near the window exist. One of them is in the order of tabs, and arrow keys move on
 * from it.
 */
export function ImageGrid({ images, filter, isLoading, noteSeen, loadMore }: GridProps) {
  const list = useRef<HTMLUListElement>(null);
  const { width, top } = usePlace(list);
  const { columns, side, pitch } = computeLayout(width);
  const rows = Math.ceil(images.length / columns);
  const { overscan, ahead } = scrollY > 0 ? SCROLLED : AT_REST;
  const virtualizer = useWindowVirtualizer({
    count: rows,
    estimateSize: () => pitch,
    overscan,
    scrollMargin: top,
    useFlushSync: false,
  });
  const motion = useRef({ isScrolling: false }).current;
  motion.isScrolling = virtualizer.isScrolling;
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtualizer.measure(), [virtualizer, pitch]);

  const drawn = virtualizer.getVirtualItems();
  const last = drawn.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last + ahead >= rows - 1 && !isLoading) loadMore?.();
  }, [last, ahead, rows, isLoading, loadMore]);

  const firstSeen = images[(drawn[0]?.index ?? 0) * columns]?.imageId;
  const lastSeen = images[Math.min(images.length, (last + 1) * columns) - 1]?.imageId;
  useEffect(() => {
    noteSeen(firstSeen && lastSeen ? { first: firstSeen, last: lastSeen } : undefined);
  }, [noteSeen, firstSeen, lastSeen]);
  useEffect(() => () => noteSeen(undefined), [noteSeen]);

  const [activeId, setActiveId] = useState(readLastImage());
  // Once for a list and not for each frame: it may be of ten thousands.
  const found = useMemo(() => images.findIndex(({ imageId }) => imageId === activeId), [images, activeId]);
  const active = found < 0 ? 0 : found;
  const wanted = useRef(activeId);
  const placed = useRef<Filter | undefined>(undefined);
  const { isScrolling } = virtualizer;
  const keep = () => {
    if (placed.current === filter && images.length > 0) keepPlace({ y: scrollY, count: images.length });
  };
  useLayoutEffect(() => {
    const find = (imageId = "") => list.current?.querySelector<HTMLElement>(`a[data-image="${imageId}"]`);
    if (placed.current !== filter && width > 0 && images.length > 0) {
      const place = readPlace();
      if (place) scrollTo(0, place.y);
      else if (!placed.current) find(readLastImage())?.scrollIntoView({ block: "center" });
      placed.current = filter;
    }
    const tile = wanted.current === undefined ? undefined : find(wanted.current);
    if (!tile) return;
    wanted.current = undefined;
    // Whoever comes back from an image has nothing else in hand.
    if (isNothingFocused()) tile.focus({ preventScroll: true });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: kept whenever somebody has stopped to scroll
  useEffect(() => {
    if (!isScrolling) keep();
  }, [isScrolling]);
  const move = (event: KeyboardEvent) => {
    const inWindow = Math.max(1, Math.floor(innerHeight / pitch) - 1);
    const next = findNext(event.key, { index: active, count: images.length, columns, rows: inWindow });
    const image = next === undefined ? undefined : images[next];
    if (!image || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    flushSync(() => setActiveId(image.imageId));
    const tile = list.current?.querySelector<HTMLElement>(`a[data-image="${image.imageId}"]`);
    // The browser knows what is covered at the edges of the window, by the style.
    tile?.focus({ preventScroll: true });
    tile?.scrollIntoView({ block: "nearest" });
    // Above the first row is what belongs to all.
    if (next !== undefined && next < columns) scrollTo(0, 0);
  };
  const tiles = drawn.flatMap(({ index: row }) =>
    images.slice(row * columns, (row + 1) * columns).map((image, column) => ({ image, row, column })),
  );
  // The one that Tab leads to exists wherever the window is.
  const activeRow = Math.floor(active / columns);
  const activeImage = images[active];
  if (activeImage && !drawn.some(({ index }) => index === activeRow))
    tiles.push({ image: activeImage, row: activeRow, column: active % columns });
  const height = rows === 0 ? (isLoading ? pitch * 3 : 0) : rows * pitch;
  return (
    <ul
      ref={list}
      className="grid"
      style={{ height }}
      onKeyDown={move}
      onClickCapture={keep}
      onLoadCapture={showArrived}
      onTransitionEnd={endFade}
      aria-busy={isLoading}
    >
      {width > 0 &&
        tiles.map(({ image, row, column }) => (
          <ImageTile
            key={image.imageId}
            image={image}
            filter={filter}
            motion={motion}
            side={side}
            x={column * (side + GAP)}
            y={row * pitch}
            position={row * columns + column + 1}
            isActive={image === activeImage}
            onFocus={setActiveId}
          />
        ))}
    </ul>
  );
}

function isNothingFocused(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.id === "main";
}

/** Fades a picture in. Said to the style alone: to draw a tile anew for it would be as many drawings as there are pictures. */
function showArrived({ target }: SyntheticEvent): void {
  if (!(target instanceof HTMLImageElement)) return;
  target.dataset.arrived = "true";
  if (target.dataset.fades !== "true") hidePlaceholder(target.parentElement);
}

/** Takes a placeholder away once its picture has faded in. */
function endFade({ target }: SyntheticEvent): void {
  if (target instanceof HTMLImageElement) hidePlaceholder(target.parentElement);
}

/** The width of an element, and its distance from the top of the page. */
function usePlace(ref: { readonly current: HTMLElement | null }) {
  const [place, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const width = element.clientWidth;
      const top = element.getBoundingClientRect().top + scrollY;
      setPlace((before) => (before.width === width && before.top === top ? before : { width, top }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return place;
}
