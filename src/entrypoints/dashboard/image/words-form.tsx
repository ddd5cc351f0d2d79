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

/** The content of the fields, as far as somebody has typed. */
interface Words {
  readonly title?: string;
  readonly alt?: string;
  readonly isDecorative?: boolean;
}

/** The part of it that is sent: a field that is absent stays. */
interface WordsEdit {
  readonly title?: string | null;
  readonly alt?: string | null;
}

/** Title and alternative text of an image. */
export function WordsForm({ image, change }: FormProps) {
  const { client } = useWork();
  const id = useId();
  // Only what somebody has typed here: all else is as it is, whoever changes it meanwhile.
  const [typed, setTyped] = useState<Words>({});
  const { title = image.title ?? "", alt = image.alt ?? "", isDecorative = image.alt === "" } = typed;
  const [failure, setFailure] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const edit = compareWords(image, { title, alt, isDecorative });
  const hasChanged = Object.keys(edit).length > 0;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!hasChanged || isSaving) return;
    setSaving(true);
    setFailure(undefined);
    try {
      const edited = await client.edit(image.imageId, edit);
      if (edited) {
        change(edited);
        setTyped((now) => (now === typed ? {} : now));
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
        onChange={(event) => setTyped({ ...typed, title: event.target.value })}
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
        onChange={(event) => setTyped({ ...typed, alt: event.target.value.replace(/[\r\n]+/g, " ") })}
      />
      <p id={`${id}-help`} className="detail">
        What the picture shows, for people who cannot see it.
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={isDecorative}
          onChange={(event) => setTyped({ ...typed, isDecorative: event.target.checked })}
        />
        It is decoration and says nothing
      </label>
      <button type="submit" className="button" aria-disabled={!hasChanged || isSaving}>
        {isSaving ? "Saving…" : "Save"}
      </button>
      <p role="alert" className="fault">
        {failure}
      </p>
    </form>
  );
}

/** Says what the fields change about an image; none of it where they say what it has. */
function compareWords(image: ImageDescription, { title, alt, isDecorative }: Required<Words>): WordsEdit {
  const wanted = { title: title || null, alt: isDecorative ? "" : alt || null };
  return {
    ...(wanted.title !== (image.title ?? null) && { title: wanted.title }),
    ...(wanted.alt !== (image.alt ?? null) && { alt: wanted.alt }),
  };
}
