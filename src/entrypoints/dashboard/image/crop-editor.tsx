import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from "react";
import { announce } from "../shared/announcer.jsx";
import { describeFailure } from "../shared/failure.js";
import { chooseWhole, type ImageDescription, isReshaped, listShown } from "../shared/images.js";
import { useStatus } from "../shared/status.js";
import { useWork } from "../shared/work.js";
import { noteRefusal } from "../sign-in/session.js";
import { computePosition, MIDDLE, movePoint, type Point, placePoint } from "./crop.js";

interface EditorProps {
  readonly image: ImageDescription;
  readonly change: (image: ImageDescription) => void;
}

/** CSS pixels that a crop is high at most. */
const HIGHEST_CROP = 112;

/** Shows an image, and lets its focal point be moved by pointer and by keys, with what each crop would show. */
export function CropEditor({ image, change }: EditorProps) {
  const whole = chooseWhole(image);
  const id = useId();
  const surface = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Point>();
  const { save, isSaving, failure } = useFocalPoint(image, change, () => setDraft(undefined));
  const reshaped = useReshaped(image);
  if (!whole) return null;
  const point = draft ?? image.focalPoint ?? MIDDLE;
  const follow = (event: PointerEvent) => {
    const area = surface.current?.getBoundingClientRect();
    if (area)
      setDraft(placePoint((event.clientX - area.x) / area.width, (event.clientY - area.y) / area.height));
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.preventDefault();
    surface.current?.setPointerCapture(event.pointerId);
    surface.current?.querySelector<HTMLElement>(".crosshair")?.focus();
    follow(event);
  };
  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") setDraft(undefined);
    const moved = movePoint(point, event.key, event.shiftKey);
    if (!moved) return;
    event.preventDefault();
    setDraft(moved);
    announce(describePoint(moved));
  };
  const hasChanged = draft !== undefined && !isSame(draft, image.focalPoint);
  return (
    <section className="crop-editor" aria-label="Focal point">
      <div
        ref={surface}
        className="surface"
        style={{
          aspectRatio: `${whole.width} / ${whole.height}`,
          maxWidth: `${(whole.width / whole.height) * 65}vh`,
        }}
        onPointerDown={begin}
        onPointerMove={(event) => surface.current?.hasPointerCapture(event.pointerId) && follow(event)}
      >
        <img
          src={whole.url}
          width={whole.width}
          height={whole.height}
          alt={image.alt ?? ""}
          draggable={false}
        />
        <button
          type="button"
          className="crosshair"
          style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
          aria-label={`Focal point, ${describePoint(point)}`}
          aria-describedby={`${id}-help`}
          onKeyDown={move}
        />
      </div>
      <p id={`${id}-help`} className="detail">
        Crops keep this point in view. Click the picture, drag the point, or move it with the arrow keys (with
        Shift ten times as far). Escape puts it back.
      </p>
      {reshaped.length > 0 && (
        <ul className="crops" aria-label="What other shapes show">
          {reshaped.map(({ picture, fit }) => {
            const isPreview = hasChanged && fit === "cover";
            const width = (picture.width / picture.height) * Math.min(picture.height, HIGHEST_CROP);
            return (
              <li key={picture.url} style={{ width }}>
                <img
                  src={isPreview ? whole.url : picture.url}
                  width={picture.width}
                  height={picture.height}
                  alt=""
                  data-crop={picture.name}
                  style={{
                    width,
                    aspectRatio: `${picture.width} / ${picture.height}`,
                    objectPosition: isPreview ? computePosition(image, picture, point) : undefined,
                  }}
                />
                <p>
                  {picture.name} <span>{isPreview ? "(preview)" : NOTES[fit ?? ""]}</span>
                </p>
              </li>
            );
          })}
        </ul>
      )}
      <div className="actions">
        <button
          type="button"
          className="button primary"
          aria-disabled={!hasChanged || isSaving}
          onClick={() => hasChanged && !isSaving && void save(point)}
        >
          {isSaving ? "Rendering…" : "Save focal point"}
        </button>
        {hasChanged && !isSaving && (
          <button type="button" className="button" onClick={() => setDraft(undefined)}>
            Discard
          </button>
        )}
        {image.focalPoint && !hasChanged && (
          <button
            type="button"
            className="button"
            aria-disabled={isSaving}
            onClick={() => !isSaving && void save(null)}
          >
            Let the configuration decide
          </button>
        )}
      </div>
      <p role="alert" className="fault">
        {failure}
      </p>
    </section>
  );
}

/** Said of pictures that show everything, wherever the point is. */
const NOTES: Readonly<Record<string, string>> = {
  contain: "(all of it, padded)",
  fill: "(all of it, stretched)",
};

/** The pictures of another shape than the image, and what their specs do; a spec that is unknown, or not yet known, follows no point. */
function useReshaped(image: ImageDescription) {
  const specs = useStatus()?.configuration.thumbnails ?? {};
  return listShown(image)
    .filter((one) => isReshaped(image, one))
    .map((picture) => {
      const spec = specs[picture.name];
      return { picture, fit: spec && "fit" in spec ? spec.fit : undefined };
    });
}

/** Saves a focal point, and shows what came of it. */
function useFocalPoint(image: ImageDescription, change: EditorProps["change"], onSaved: () => void) {
  const { client } = useWork();
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  const save = async (focalPoint: Point | null) => {
    setSaving(true);
    setFailure(undefined);
    try {
      const edited = await client.edit(image.imageId, { focalPoint });
      if (!edited) setFailure("The image was removed in the meantime. Go back to the images.");
      else {
        change(edited);
        onSaved();
        announce("The focal point is saved.");
      }
    } catch (error) {
      noteRefusal(error);
      setFailure(describeFailure(error));
    }
    setSaving(false);
  };
  return { save, isSaving, failure };
}

function isSame(a: Point, b: Point | undefined): boolean {
  return a.x === b?.x && a.y === b.y;
}

function describePoint({ x, y }: Point): string {
  return `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`;
}
