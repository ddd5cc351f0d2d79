import { useCallback, useEffect } from "react";
import { useAddress } from "../shared/address.js";
import { announce } from "../shared/announcer.jsx";
import { formatCount } from "../shared/format.js";
import { useStore } from "../shared/store.js";
import { useWork } from "../shared/work.js";
import { EmptyGallery } from "./empty-gallery.jsx";
import { GalleryToolbar } from "./gallery-toolbar.jsx";
import { ImageGrid } from "./image-grid.jsx";
import { readPlace } from "./place.js";

/** All images, newest first. */
export function GalleryView() {
  const { filter } = useAddress();
  const { gallery, removals } = useWork();
  const { images, cursor, isLoading, isLoaded, failure, filter: shown } = useStore(gallery.state);
  const hidden = useStore(removals.hidden);
  useEffect(() => gallery.open(filter, readPlace()?.count), [gallery, filter]);
  useEffect(() => {
    document.title = "Images · Safelight";
  }, []);
  const visible = images.filter(({ imageId }) => !hidden.has(imageId));
  const isFiltered = Object.keys(shown).length > 0;
  const count = `${formatCount(visible.length, "image")}${cursor === undefined ? "" : " and more"}`;
  useEffect(() => {
    if (isLoaded && isFiltered) announce(`${count} found`);
  }, [isLoaded, isFiltered, count]);
  const loadMore = useCallback(() => void gallery.loadMore(), [gallery]);
  return (
    <main className="gallery" id="main" tabIndex={-1}>
      <h1 className="unseen">Images</h1>
      <GalleryToolbar filter={filter} count={isLoaded ? count : ""} />
      {failure && (
        <div className="notice fault" role="alert">
          <p>{failure}</p>
          <button type="button" className="button" onClick={loadMore}>
            Try again
          </button>
        </div>
      )}
      {isLoaded && visible.length === 0 && cursor === undefined ? (
        <EmptyGallery isFiltered={isFiltered} />
      ) : (
        <ImageGrid
          images={visible}
          filter={shown}
          isLoading={isLoading || !isLoaded}
          noteSeen={gallery.noteSeen}
          loadMore={failure === undefined ? loadMore : undefined}
        />
      )}
    </main>
  );
}
