import { formatBytes, formatShare } from "../shared/format.js";
import type { ImageDescription, RenditionDescription } from "../shared/images.js";
import { CopyButton } from "./copy-button.jsx";

/** The pictures of an image beside its original: their sizes, formats and weights. */
export function RenditionTable({ image }: { readonly image: ImageDescription }) {
  const { source, renditions } = image;
  return (
    <section aria-label="Renditions">
      <h2>Renditions</h2>
      <ul className="renditions">
        {source && (
          <li className="original">
            <div className="facts">
              <h3>Original</h3>
              <p>
                {source.width} × {source.height} · {source.format.toUpperCase()}
              </p>
              <Weight bytes={source.bytes} of={source.bytes} />
            </div>
          </li>
        )}
        {renditions.map((rendition) => (
          <li key={rendition.name} data-rendition={rendition.name}>
            {rendition.url && (
              <img
                src={rendition.url}
                width={rendition.width}
                height={rendition.height}
                alt=""
                loading="lazy"
                decoding="async"
              />
            )}
            <div className="facts">
              <h3>{rendition.name}</h3>
              <p>
                {rendition.width} × {rendition.height} · {rendition.format.toUpperCase()}
                {describeExtras(rendition)}
              </p>
              <Weight bytes={rendition.bytes} of={source?.bytes ?? rendition.bytes} />
              {rendition.url && <Actions image={image} rendition={rendition} url={rendition.url} />}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ActionsProps {
  readonly image: ImageDescription;
  readonly rendition: RenditionDescription;
  readonly url: string;
}

function Actions({ image, rendition, url }: ActionsProps) {
  const extension = rendition.key.split(".").at(-1) ?? rendition.format;
  const stem = image.fileName.replace(/\.[^.]*$/, "") || "image";
  return (
    <p className="actions">
      <CopyButton text={url} label={`Copy URL of ${rendition.name}`}>
        Copy URL
      </CopyButton>
      <a
        className="button small"
        href={url}
        download={`${stem}-${rendition.name}.${extension}`}
        target="_blank"
        rel="noreferrer"
        aria-label={`Download ${rendition.name}`}
      >
        Download
      </a>
    </p>
  );
}

function Weight({ bytes, of }: { readonly bytes: number; readonly of: number }) {
  return (
    <p className="weight">
      <span className="scale" aria-hidden="true">
        <span style={{ width: `${Math.min(100, (bytes / Math.max(1, of)) * 100)}%` }} />
      </span>
      {formatBytes(bytes)}
      {bytes !== of && <span className="detail"> {formatShare(bytes, of)} of the original</span>}
    </p>
  );
}

function describeExtras({ watermarked, frames, flattened }: RenditionDescription): string {
  return [
    watermarked ? " · watermarked" : "",
    frames ? ` · ${frames} frames` : "",
    flattened ? " · first frame" : "",
  ].join("");
}
