import { useEffect, useRef } from "react";
import type { Look } from "./changes.js";
import { useWork } from "./work.js";

/** Looks again after each change, as long as the view is shown. */
export function useChanges(look: Look): void {
  const { changes } = useWork();
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => changes.subscribe((touched) => latest.current(touched)), [changes]);
}
