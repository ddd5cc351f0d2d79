import { memo, type SyntheticEvent, useMemo } from "react";
import { placeholderDataUrl } from "../../http/client/index.js";
import type { Filter } from "../shared/address.js";
import { WarningIcon } from "../shared/icons.jsx";
import { chooseThumbnail, type ImageDescription, nameImage } from "../shared/images.js";
import { Link } from "../shared/link.jsx";
import { explainShortly } from "../shared/refusal.js";

interface TileProps {
  readonly image: ImageDescription;
  readonly filter: Filter;
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
  const { image, filter, side, x, y, position, isActive, onFocus } = props;
  const { imageId, status } = image;
  return (
    <li
      className="tile"
      style={{ width: side, transform: `translate(${x}px, ${y}px)` }}
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
        <span className="picture" style={{ height: side }}>
          {status === "ready" && <Thumbnail image={image} side={side} />}
          {status === "pending" && <span className="badge">Rendering</span>}
          {status === "rejected" && (
            <span className="badge fault">
              <WarningIcon />
              <span>{explainShortly(image.failure)}</span>
            </span>
          )}
        </span>
        <span className="name">{nameImage(image)}</span>
      </Link>
    </li>
  );
});

/** Said to the style alone: to draw a tile anew for it would be as many drawings as there are pictures. */
function showArrived({ currentTarget }: SyntheticEvent<HTMLImageElement>): void {
  currentTarget.dataset.arrived = "true";
}

/** A picture that fades in over its placeholder, in a place whose size is known before. */
function Thumbnail({ image, side }: { readonly image: ImageDescription; readonly side: number }) {
  const placeholder = useMemo(() => placeholderDataUrl(image), [image]);
  const picture = chooseThumbnail(image, side);
  return (
    <>
      {placeholder && <span className="placeholder" style={{ backgroundImage: `url(${placeholder})` }} />}
      {picture && (
        <img
          key={picture.url}
          src={picture.url}
          width={picture.width}
          height={picture.height}
          alt={image.alt ?? ""}
          decoding="async"
          draggable={false}
          onLoad={showArrived}
        />
      )}
    </>
  );
}
