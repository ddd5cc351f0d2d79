import { useCallback, useEffect, useState } from "react";
import { explainFailure } from "../../http/client/index.js";
import { describeFailure } from "../shared/failure.js";
import { formatAge } from "../shared/format.js";
import type { ImageDescription } from "../shared/images.js";
import { Link } from "../shared/link.jsx";
import type { PipelineStatus } from "../shared/status.js";
import { useChanges } from "../shared/use-changes.js";
import { useWork } from "../shared/work.js";
import { noteRefusal } from "../sign-in/session.js";
import { ConfigurationSection } from "./configuration-section.jsx";
import { QueueFigures } from "./queue-figures.jsx";
import { ReconcileSection } from "./reconcile-section.jsx";

/** Rejections and waiting images that are shown: the most recent ones. */
const SHOWN = 20;

interface Lists {
  readonly rejected: readonly ImageDescription[];
  readonly pending: readonly ImageDescription[];
  readonly hasMorePending: boolean;
  readonly status: PipelineStatus;
}

/** The state of the pipeline: what it refused and what it has to do. */
export function PipelineView() {
  const { lists, failure, load } = useLists();
  useEffect(() => {
    document.title = "Pipeline · Safelight";
  }, []);
  return (
    <main className="pipeline" id="main" tabIndex={-1}>
      <h1>Pipeline</h1>
      {failure && (
        <p className="notice fault" role="alert">
          {failure}
        </p>
      )}
      {lists && (
        <>
          <section aria-label="Waiting and working">
            <h2>Waiting and working</h2>
            <QueueFigures queue={lists.status.queue} />
            {lists.pending.length === 0 ? (
              <p>Nothing waits: every upload is settled.</p>
            ) : (
              <ImageLines images={lists.pending} />
            )}
            {lists.hasMorePending && (
              <Link to={{ view: "gallery", filter: { status: "pending" } }}>Show all that wait</Link>
            )}
          </section>
          <section aria-label="Recently refused">
            <h2>Recently refused</h2>
            {lists.rejected.length === 0 ? (
              <p>Nothing was refused.</p>
            ) : (
              <ImageLines images={lists.rejected} />
            )}
          </section>
          <ReconcileSection status={lists.status} onLook={load} />
          <ConfigurationSection status={lists.status} />
        </>
      )}
    </main>
  );
}

function ImageLines({ images }: { readonly images: readonly ImageDescription[] }) {
  return (
    <ul className="lines">
      {images.map((image) => (
        <li key={image.imageId}>
          <Link className="name" dir="auto" to={{ view: "image", imageId: image.imageId, filter: {} }}>
            {image.fileName}
          </Link>
          <span className="reason">{image.failure && explainFailure(image.failure)}</span>
          <time dateTime={image.createdAt}>{formatAge(image.createdAt)}</time>
        </li>
      ))}
    </ul>
  );
}

/** Loads what is shown, and looks again after changes. */
function useLists() {
  const { client } = useWork();
  const [lists, setLists] = useState<Lists>();
  const [failure, setFailure] = useState<string>();
  const load = useCallback(async () => {
    try {
      const [rejected, pending, status] = await Promise.all([
        client.list({ status: "rejected", limit: SHOWN }),
        client.list({ status: "pending", limit: SHOWN }),
        client.getStatus(),
      ]);
      setFailure(undefined);
      setLists({
        status,
        rejected: rejected.items,
        pending: pending.items,
        hasMorePending: pending.cursor !== undefined,
      });
    } catch (error) {
      noteRefusal(error);
      setFailure(describeFailure(error));
    }
  }, [client]);
  useEffect(() => void load(), [load]);
  useChanges(load);
  return { lists, failure, load };
}
