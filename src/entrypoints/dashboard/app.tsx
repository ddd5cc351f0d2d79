import { useEffect, useMemo } from "react";
import { Gallery } from "./gallery/gallery.js";
import { GalleryView } from "./gallery/gallery-view.jsx";
import { ImageView } from "./image/image-view.jsx";
import { RemovalToasts } from "./image/removal-toasts.jsx";
import { Removals } from "./image/removals.js";
import { PipelineView } from "./pipeline/pipeline-view.jsx";
import { useAddress } from "./shared/address.js";
import { Announcer } from "./shared/announcer.jsx";
import { Changes } from "./shared/changes.js";
import { keepFocus } from "./shared/keep-focus.js";
import { Link } from "./shared/link.jsx";
import { useStore } from "./shared/store.js";
import { ThemeSwitch } from "./shared/theme.jsx";
import { useWork, type Work, WorkContext } from "./shared/work.js";
import { type Session, session, signOut } from "./sign-in/session.js";
import { SignInView } from "./sign-in/sign-in-view.jsx";
import { DropArea } from "./upload/drop-area.jsx";
import { FilePicker } from "./upload/file-picker.jsx";
import { UploadPanel } from "./upload/upload-panel.jsx";
import { UploadQueue } from "./upload/upload-queue.js";

/** The whole page. */
export function App() {
  const now = useStore(session);
  useEffect(keepFocus, []);
  if (now.state === "signed-in") return <Workplace session={now} />;
  return (
    <>
      <header className="bar">
        <Brand />
        <ThemeSwitch />
      </header>
      {now.state === "signed-out" && <SignInView settings={now.settings} reason={now.reason} />}
      {now.state === "broken" && (
        <main className="card">
          <h1>The page cannot start</h1>
          <p role="alert">The server was not reached. Check that it is running, then load this page again.</p>
        </main>
      )}
      {now.state === "starting" && <main aria-busy="true" aria-label="Loading" />}
    </>
  );
}

function Workplace({ session: signedIn }: { readonly session: Extract<Session, { state: "signed-in" }> }) {
  const { client, lasting } = signedIn;
  const work = useMemo((): Work => {
    const gallery = new Gallery(client);
    return {
      client,
      changes: new Changes(client),
      gallery,
      uploads: new UploadQueue(client, gallery.apply),
      removals: new Removals(lasting, gallery.drop),
    };
  }, [client, lasting]);
  useEffect(() => {
    addEventListener("pagehide", work.removals.flush);
    return () => removeEventListener("pagehide", work.removals.flush);
  }, [work]);
  useEffect(() => work.changes.start(), [work]);
  // What the gallery has is shown again when somebody comes back to it.
  useEffect(() => work.changes.subscribe(work.gallery.refresh), [work]);
  return (
    <WorkContext value={work}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <TopBar canSignOut={signedIn.settings.access !== "open"} />
      <CurrentView />
      <DropArea />
      <div className="dock">
        <RemovalToasts />
        <UploadPanel />
      </div>
      <Announcer />
    </WorkContext>
  );
}

function CurrentView() {
  const { uploads } = useWork();
  const { view, imageId, filter } = useAddress();
  const hasUploads = useStore(uploads.entries).length > 0;
  return (
    <div className="view" data-uploads={hasUploads}>
      {view === "pipeline" && <PipelineView />}
      {view === "image" && imageId && <ImageView key={imageId} imageId={imageId} filter={filter} />}
      {view === "gallery" && <GalleryView />}
    </div>
  );
}

function TopBar({ canSignOut }: { readonly canSignOut: boolean }) {
  const { view } = useAddress();
  const { removals } = useWork();
  const leave = () => {
    // Nobody who has signed out may remove anything.
    removals.flush();
    void signOut();
  };
  const getMark = (one: string) => (view === one ? "page" : undefined);
  return (
    <header className="bar">
      <Brand />
      <nav aria-label="Views">
        <Link to={{ view: "gallery", filter: {} }} aria-current={getMark("gallery")}>
          Images
        </Link>
        <Link to={{ view: "pipeline", filter: {} }} aria-current={getMark("pipeline")}>
          Pipeline
        </Link>
      </nav>
      <FilePicker isCompact />
      {canSignOut && (
        <button type="button" className="button small" onClick={leave}>
          Sign out
        </button>
      )}
      <ThemeSwitch />
    </header>
  );
}

function Brand() {
  return (
    <span className="brand">
      <span className="lamp" aria-hidden="true" />
      Safelight
    </span>
  );
}
