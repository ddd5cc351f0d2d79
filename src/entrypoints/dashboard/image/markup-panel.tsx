import { useMemo } from "react";
import { picture, srcset } from "../../http/client/index.js";
import { type ImageDescription, listShown } from "../shared/images.js";
import { CopyButton } from "./copy-button.jsx";

/** The image as HTML, for a page that shows it. */
export function MarkupPanel({ image }: { readonly image: ImageDescription }) {
  const markup = useMemo(
    () => (listShown(image).length === 0 ? undefined : { picture: picture(image), srcset: srcset(image) }),
    [image],
  );
  if (!markup) return null;
  return (
    <section className="markup" aria-label="Markup">
      <h2>Use it on a page</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre tabIndex={0}>
        <code>{shorten(markup.picture)}</code>
      </pre>
      <p className="actions">
        <CopyButton text={markup.picture} label="Copy <picture> element">
          Copy &lt;picture&gt;
        </CopyButton>
        <CopyButton text={markup.srcset} label="Copy srcset attribute">
          Copy srcset
        </CopyButton>
      </p>
    </section>
  );
}

/** Shows a line for each element, without the placeholder's many characters; what is copied has all. */
function shorten(html: string): string {
  return html.replace(/url\(data:[^)]+\)/, "url(data:…)").replaceAll("><", ">\n<");
}
