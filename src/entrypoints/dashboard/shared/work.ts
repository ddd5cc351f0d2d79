import { createContext, useContext } from "react";
import type { SafelightClient } from "../../http/client/index.js";
import type { Gallery } from "../gallery/gallery.js";
import type { Removals } from "../image/removals.js";
import type { UploadQueue } from "../upload/upload-queue.js";
import type { Changes } from "./changes.js";

/** The things that every view works with. */
export interface Work {
  readonly client: SafelightClient;
  readonly changes: Changes;
  readonly gallery: Gallery;
  readonly uploads: UploadQueue;
  readonly removals: Removals;
}

export const WorkContext = createContext<Work | undefined>(undefined);

/** The things that this view works with. */
export function useWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error("a view was drawn outside of the session");
  return work;
}
