import { nameImage } from "../shared/images.js";
import { useStore } from "../shared/store.js";
import { useWork } from "../shared/work.js";

/** Removals that can still be undone, and those that failed. */
export function RemovalToasts() {
  const { removals } = useWork();
  const shown = useStore(removals.shown);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ image, failure }) => (
        <div key={image.imageId} className="toast">
          {failure ? (
            <p>
              <bdi>{nameImage(image)}</bdi> was not removed. {failure}
            </p>
          ) : (
            <p>
              Removed <bdi>{nameImage(image)}</bdi>.
            </p>
          )}
          <button type="button" className="button small" onClick={() => removals.undo(image.imageId)}>
            {failure ? "Dismiss" : "Undo"}
          </button>
          {!failure && <span className="time" aria-hidden="true" />}
        </div>
      ))}
    </div>
  );
}
