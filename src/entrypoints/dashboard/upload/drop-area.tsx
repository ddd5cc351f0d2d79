import { useEffect, useState } from "react";
import { useWork } from "../shared/work.js";
import { readDropped } from "./read-dropped.js";

/** Takes in what is dropped or pasted anywhere on the page, and shows that it would. */
export function DropArea() {
  const { uploads } = useWork();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // Every element that is entered and left tells so: only the outermost counts.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const allow = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void readDropped(event.dataTransfer).then(uploads.add);
    };
    const paste = (event: ClipboardEvent) => {
      if (!event.clipboardData?.types.includes("Files")) return;
      event.preventDefault();
      void readDropped(event.clipboardData).then(uploads.add);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: allow, drop, paste };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) removeEventListener(name, listener);
    };
  }, [uploads]);
  return isOver ? <div className="drop-cover">Drop to upload</div> : null;
}
