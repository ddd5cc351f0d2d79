import { useEffect } from "react";
import { useStore } from "../shared/store.js";
import { useWork } from "../shared/work.js";

/** Milliseconds between two looks for what is new: while something is being rendered, and otherwise. */
const PAUSES = { busy: 1_500, calm: 10_000 } as const;

/** Keeps the gallery up to date while the page is seen. */
export function useNewImages(): void {
  const { gallery, uploads } = useWork();
  const { images, isLoaded } = useStore(gallery.state);
  const entries = useStore(uploads.entries);
  const isBusy =
    images.some(({ status }) => status === "pending") ||
    entries.some(({ state }) => state === "sending" || state === "rendering");
  useEffect(() => {
    if (!isLoaded) return;
    const look = () => {
      if (document.visibilityState === "visible") void gallery.refresh();
    };
    const timer = setInterval(look, isBusy ? PAUSES.busy : PAUSES.calm);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [gallery, isLoaded, isBusy]);
}
