import { memo, useCallback, useState } from "react";
import type { Filter } from "../shared/address.js";
import { WarningIcon } from "../shared/icons.jsx";
import { chooseThumbnail, type ImageDescription, nameImage } from "../shared/images.js";
import { Link } from "../shared/link.jsx";
import { explainShortly } from "../shared/refusal.js";
import { CAPTION } from "./grid-layout.js";
import { showPlaceholder } from "./placeholders.js";

interface TileProps {
  readonly image: ImageDescription;
  readonly filter: Filter;
  /** Whether somebody scrolls, who would see no more of a fade than its work. */
  readonly motion: { readonly isScrolling: boolean };
  readonly side: number;
  readonly x: number;
  readonly y: number;
  /** Counted from one. */
  readonly position: number;
  readonly isActive: boolean;
  readonly onFocus: (imageId: string) => void;
}

/** One image of the grid. */
export const ImageTile = memo(function ImageTile(props: TileProps) {
  const { image, filter, motion, side, x, y, position, isActive, onFocus } = props;
  const { imageId, status } = image;
  const [fades] = useState(() => !motion.isScrolling);
  const placeholder = useCallback(
    (element: HTMLElement) => (status === "ready" ? showPlaceholder(element, image) : undefined),
    [image, status],
  );
  return (
    <li
      className="tile"
      style={{ width: side, height: side + CAPTION, transform: `translate(${x}px, ${y}px)` }}
      aria-posinset={position}
      aria-setsize={-1}
    >
      <Link
        to={{ view: "image", imageId, filter }}
        tabIndex={isActive ? 0 : -1}
        data-image={imageId}
        data-status={status}
        onFocus={() => onFocus(imageId)}
      >
        <span
          ref={placeholder}
          className="picture"
          style={{ height: side, backgroundColor: chooseGround(image) }}
        >
          {status === "ready" && <Thumbnail image={image} side={side} fades={fades} />}
          {status === "pending" && <span className="badge">Rendering</span>}
          {status === "rejected" && (
            <span className="badge fault">
              <WarningIcon />
              <span>{explainShortly(image.failure)}</span>
            </span>
          )}
        </span>
        <span className="name" dir="auto">
          {nameImage(image)}
        </span>
      </Link>
    </li>
  );
});

/** A picture in a place whose size is known before. What arrives is shown by the grid. */
function Thumbnail({
  image,
  side,
  fades,
}: {
  readonly image: ImageDescription;
  readonly side: number;
  readonly fades: boolean;
}) {
  const picture = chooseThumbnail(image, side);
  if (!picture) return null;
  return (
    <img
      key={picture.url}
      src={picture.url}
      width={picture.width}
      height={picture.height}
      alt={image.alt ?? ""}
      decoding="async"
      draggable={false}
      data-fades={fades}
    />
  );
}

/** The color below a picture that lets nothing through, which costs nothing to draw. */
function chooseGround({ status, source, placeholder }: ImageDescription): string | undefined {
  return status === "ready" && source?.hasAlpha === false ? placeholder?.dominantColor : undefined;
}
