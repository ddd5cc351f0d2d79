import { useCallback, useEffect, useRef, useState } from "react";
import { explainFailure } from "../../http/client/index.js";
import { rememberImage } from "../gallery/last-image.js";
import { type Filter, openAddress } from "../shared/address.js";
import { describeFailure } from "../shared/failure.js";
import { formatTime } from "../shared/format.js";
import { BackIcon } from "../shared/icons.jsx";
import { type ImageDescription, nameImage } from "../shared/images.js";
import { Link } from "../shared/link.jsx";
import { useStore } from "../shared/store.js";
import { useChanges } from "../shared/use-changes.js";
import { useWork } from "../shared/work.js";
import { noteRefusal } from "../sign-in/session.js";
import { CropEditor } from "./crop-editor.jsx";
import { ImageFacts } from "./image-facts.jsx";
import { MarkupPanel } from "./markup-panel.jsx";
import { RenditionTable } from "./rendition-table.jsx";
import { WordsForm } from "./words-form.jsx";

/** Everything about one image, and what can be done with it. */
export function ImageView({ imageId, filter }: { readonly imageId: string; readonly filter: Filter }) {
  const { gallery, removals } = useWork();
  const { image, isMissing, failure, load, show } = useImage(imageId);
  const isHidden = useStore(removals.hidden).has(imageId);
  const heading = useRef<HTMLHeadingElement>(null);
  const name = image ? nameImage(image) : "";
  useEffect(() => rememberImage(imageId), [imageId]);
  // Whoever comes here by keyboard or with a screen reader begins at the top of it.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = name === "" ? "Safelight" : `${name} · Safelight`;
  }, [name]);
  const remove = () => {
    if (!image) return;
    removals.add(image);
    // Whoever goes through the images goes on at the next one.
    const { images } = gallery.state.get();
    const at = images.findIndex((one) => one.imageId === imageId);
    rememberImage(at < 0 ? undefined : (images[at + 1] ?? images[at - 1])?.imageId);
    openAddress({ view: "gallery", filter }, { replace: true });
  };
  const change = useCallback(
    (edited: ImageDescription) => {
      show(edited);
      gallery.apply(edited);
    },
    [gallery, show],
  );
  return (
    <main className="image" id="main" tabIndex={-1}>
      <Link className="back" to={{ view: "gallery", filter }}>
        <BackIcon /> Images
      </Link>
      <div className="title">
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {isMissing || isHidden ? "No such image" : name || "Image"}
        </h1>
        {image && !isHidden && (
          <button type="button" className="button danger" onClick={remove}>
            Remove
          </button>
        )}
      </div>
      {failure && (
        <div className="notice fault" role="alert">
          <p>{failure}</p>
          <button type="button" className="button" onClick={load}>
            Try again
          </button>
        </div>
      )}
      {(isMissing || isHidden) && (
        <p>It was removed, or the address is not complete. Go back to the images.</p>
      )}
      {image && !isHidden && <Details image={image} filter={filter} change={change} />}
    </main>
  );
}

interface DetailsProps {
  readonly image: ImageDescription;
  readonly filter: Filter;
  readonly change: (image: ImageDescription) => void;
}

function Details({ image, filter, change }: DetailsProps) {
  return (
    <div className="details">
      <div className="primary">
        <StatusNotice image={image} />
        {image.status === "ready" && <CropEditor image={image} change={change} />}
        {image.status === "ready" && <RenditionTable image={image} />}
        {image.status === "ready" && <MarkupPanel image={image} />}
      </div>
      <div className="secondary">
        <WordsForm key={image.imageId} image={image} change={change} />
        <ImageFacts image={image} filter={filter} />
      </div>
    </div>
  );
}

function StatusNotice({ image }: { readonly image: ImageDescription }) {
  if (image.status === "rejected")
    return (
      <div className="notice fault">
        <h2>Refused</h2>
        <p>{explainFailure(image.failure)}</p>
        <p className="detail">{image.failure.message}</p>
      </div>
    );
  if (image.status === "pending")
    return (
      <div className="notice">
        <h2>Waiting to be rendered</h2>
        <p>Uploaded {formatTime(image.createdAt)}. It appears here by itself.</p>
      </div>
    );
  return null;
}

/** Loads an image, and looks again when it may have changed. */
function useImage(imageId: string) {
  const { client, gallery } = useWork();
  const [image, setImage] = useState(() => gallery.state.get().images.find((one) => one.imageId === imageId));
  const [isMissing, setMissing] = useState(false);
  const [failure, setFailure] = useState<string>();
  const load = useCallback(async () => {
    try {
      const found = await client.get(imageId);
      setFailure(undefined);
      setMissing(found === undefined);
      // One that has not changed stays the same object, so that nothing is drawn again.
      setImage((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
      if (found) gallery.apply(found);
    } catch (error) {
      noteRefusal(error);
      setFailure(describeFailure(error));
    }
  }, [client, gallery, imageId]);
  useEffect(() => void load(), [load]);
  useChanges((touched) => (touched?.has(imageId) ?? true) && load());
  return { image, isMissing, failure, load: () => void load(), show: setImage };
}
