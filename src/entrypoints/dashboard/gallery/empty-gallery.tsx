import { UploadIcon } from "../shared/icons.jsx";
import { Link } from "../shared/link.jsx";
import { FilePicker } from "../upload/file-picker.jsx";

/** Tells what to do where there are no images. */
export function EmptyGallery({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <div className="empty">
        <h2>Nothing matches</h2>
        <p>No image has this status, tag or beginning of a name.</p>
        <Link className="button" to={{ view: "gallery", filter: {} }}>
          Show all images
        </Link>
      </div>
    );
  return (
    <div className="empty">
      <div className="dropzone">
        <UploadIcon />
        <h2>Drop your first pictures here</h2>
        <p>Files or whole folders. You can also paste a picture, or choose some:</p>
        <FilePicker />
      </div>
      <div className="hints">
        <h3>Or from the command line</h3>
        <dl>
          <dt>
            <code>safelight process ~/Pictures</code>
          </dt>
          <dd>renders everything in a folder</dd>
          <dt>
            <code>safelight serve --watch ~/Pictures</code>
          </dt>
          <dd>and keeps up with what changes there</dd>
          <dt>
            <code>curl -F file=@photo.jpg {location.origin}/images</code>
          </dt>
          <dd>uploads one picture from a program</dd>
        </dl>
      </div>
    </div>
  );
}
