import { type FormEvent, useId, useState } from "react";
import { announce } from "../shared/announcer.jsx";
import { describeFailure } from "../shared/failure.js";
import type { ImageDescription } from "../shared/images.js";
import { useWork } from "../shared/work.js";
import { noteRefusal } from "../sign-in/session.js";

/** Most characters of each text, as the API has it. */
const LONGEST = 2_000;

interface FormProps {
  readonly image: ImageDescription;
  readonly change: (image: ImageDescription) => void;
}

/** Title and alternative text of an image. */
export function WordsForm({ image, change }: FormProps) {
  const { client } = useWork();
  const id = useId();
  const [title, setTitle] = useState(image.title ?? "");
  const [alt, setAlt] = useState(image.alt ?? "");
  const [isDecorative, setDecorative] = useState(image.alt === "");
  const [failure, setFailure] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const edit = { title: title === "" ? null : title, alt: isDecorative ? "" : alt === "" ? null : alt };
  const hasChanged = edit.title !== (image.title ?? null) || edit.alt !== (image.alt ?? null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setFailure(undefined);
    try {
      const edited = await client.edit(image.imageId, edit);
      if (edited) {
        change(edited);
        announce("Title and alternative text are saved.");
      } else setFailure("The image was removed in the meantime. Go back to the images.");
    } catch (error) {
      noteRefusal(error);
      setFailure(describeFailure(error));
    }
    setSaving(false);
  };
  return (
    <form className="words" onSubmit={save} aria-label="Title and alternative text">
      <label htmlFor={`${id}-title`}>Title</label>
      <input
        dir="auto"
        id={`${id}-title`}
        value={title}
        maxLength={LONGEST}
        placeholder={image.fileName}
        onChange={(event) => setTitle(event.target.value)}
      />
      <label htmlFor={`${id}-alt`}>Alternative text</label>
      <textarea
        dir="auto"
        id={`${id}-alt`}
        value={isDecorative ? "" : alt}
        maxLength={LONGEST}
        rows={3}
        disabled={isDecorative}
        aria-describedby={`${id}-help`}
        // The API takes one line.
        onChange={(event) => setAlt(event.target.value.replace(/[\r\n]+/g, " "))}
      />
      <p id={`${id}-help`} className="detail">
        What the picture shows, for people who cannot see it.
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={isDecorative}
          onChange={(event) => setDecorative(event.target.checked)}
        />
        It is decoration and says nothing
      </label>
      <button type="submit" className="button" disabled={!hasChanged || isSaving}>
        {isSaving ? "Saving…" : "Save"}
      </button>
      <p role="alert" className="fault">
        {failure}
      </p>
    </form>
  );
}
