import { type ChangeEvent, useRef } from "react";
import { useWork } from "../shared/work.js";
import { readChosen } from "./read-dropped.js";

/** The two buttons that choose what is uploaded. */
export function FilePicker({ isCompact = false }: { readonly isCompact?: boolean }) {
  const { uploads } = useWork();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.files) uploads.add(readChosen(event.target.files));
    // The same file can be chosen once more.
    event.target.value = "";
  };
  return (
    <div className="picker">
      <button type="button" className="button primary" onClick={() => files.current?.click()}>
        {isCompact ? "Upload" : "Choose files"}
      </button>
      <button type="button" className="button folder" onClick={() => folder.current?.click()}>
        {isCompact ? "Folder" : "Choose a folder"}
      </button>
      <input ref={files} type="file" multiple hidden aria-label="Files to upload" onChange={take} />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder to upload"
        webkitdirectory=""
        onChange={take}
      />
    </div>
  );
}
