import { useAddress } from "../shared/address.js";
import { formatBytes, formatShare } from "../shared/format.js";
import { CheckIcon, CloseIcon, RetryIcon, WarningIcon } from "../shared/icons.jsx";
import { Link } from "../shared/link.jsx";
import { useWork } from "../shared/work.js";
import { isUnderWay, type UploadEntry } from "./upload-queue.js";

/** One file, how far it is, and what can be done about it. */
export function UploadRow({ entry }: { readonly entry: UploadEntry }) {
  const { uploads } = useWork();
  const { filter } = useAddress();
  const { id, name, file, state, sent, image, reason } = entry;
  const canRetry = state === "failed" || state === "canceled";
  return (
    <li data-state={state}>
      <span className="sign">
        {state === "ready" && <CheckIcon />}
        {(state === "refused" || state === "failed") && <WarningIcon />}
      </span>
      <div>
        {state === "ready" && image ? (
          <Link className="name" dir="auto" to={{ view: "image", imageId: image.imageId, filter }}>
            {name}
          </Link>
        ) : (
          <span className="name" dir="auto">
            {name}
          </span>
        )}
        {reason ? <p className="reason">{reason}</p> : <p className="detail">{describeState(entry)}</p>}
        {state === "sending" && <progress aria-label={name} max={Math.max(1, file.size)} value={sent} />}
      </div>
      {isUnderWay(entry) && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Cancel ${name}`}
          onClick={() => uploads.cancel(id)}
        >
          <CloseIcon />
        </button>
      )}
      {canRetry && (
        <button
          type="button"
          className="icon-button"
          aria-label={`Try ${name} again`}
          onClick={() => uploads.retry(id)}
        >
          <RetryIcon />
        </button>
      )}
    </li>
  );
}

function describeState({ state, file, sent }: UploadEntry): string {
  const size = formatBytes(file.size);
  switch (state) {
    case "waiting":
      return `${size}, waits for its turn`;
    case "sending":
      return `${formatShare(sent, file.size)} of ${size}`.trim();
    case "rendering":
      return `${size} sent, being rendered`;
    case "canceled":
      return "Canceled";
    default:
      return size;
  }
}
