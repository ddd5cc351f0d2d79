import type { ReactNode } from "react";
import type { Filter } from "../shared/address.js";
import { formatBytes, formatTime } from "../shared/format.js";
import type { ImageDescription } from "../shared/images.js";
import { Link } from "../shared/link.jsx";
import { CopyButton } from "./copy-button.jsx";

type Facts = readonly (readonly [string, ReactNode])[];

/** Tags, facts and rights of an image. */
export function ImageFacts({ image, filter }: { readonly image: ImageDescription; readonly filter: Filter }) {
  const { placeholder, tags, imageId } = image;
  return (
    <>
      {tags.length > 0 && (
        <section aria-label="Tags">
          <h2>Tags</h2>
          <ul className="tags">
            {tags.map((tag) => (
              <li key={tag}>
                <Link className="chip" to={{ view: "gallery", filter: showTag(filter, tag) }}>
                  {tag}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <FactList title="File" facts={listFileFacts(image)}>
        {placeholder && (
          <div>
            <dt>Dominant color</dt>
            <dd className="color">
              <span style={{ background: placeholder.dominantColor }} />
              <code>{placeholder.dominantColor}</code>
            </dd>
          </div>
        )}
      </FactList>
      <FactList title="Camera" facts={listCameraFacts(image)} />
      <FactList title="Rights" facts={listRights(image)} />
      <p className="id">
        <code>{imageId}</code>
        <CopyButton text={imageId} label="Copy id of the image">
          Copy id
        </CopyButton>
      </p>
    </>
  );
}

/** A search by name is among all tags, so it ends with a tag. */
function showTag({ status }: Filter, tag: string): Filter {
  return { ...(status && { status }), tag };
}

function FactList({
  title,
  facts,
  children,
}: {
  readonly title: string;
  readonly facts: Facts;
  readonly children?: ReactNode;
}) {
  const known = facts.filter(([, value]) => value !== undefined && value !== "");
  if (known.length === 0 && !children) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <dl className="fact-list">
        {known.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {children}
      </dl>
    </section>
  );
}

function listFileFacts({ fileName, createdAt, processedAt, source, owner }: ImageDescription): Facts {
  return [
    ["Name", fileName],
    ["Owner", owner],
    ["Uploaded", formatTime(createdAt)],
    ["Settled", processedAt && formatTime(processedAt)],
    ["Format", source?.format.toUpperCase()],
    ["Size", source && `${source.width} × ${source.height} pixels, ${formatBytes(source.bytes)}`],
    ["Frames", source && source.frames > 1 ? source.frames : undefined],
    ["Color space", source?.colorSpace],
    ["Oddities", source?.warnings?.join("; ")],
  ];
}

function listCameraFacts({ exif }: ImageDescription): Facts {
  const { make, model, lens, takenAt, exposureTime, fNumber, iso, focalLength, artist, copyright, position } =
    exif ?? {};
  return [
    ["Camera", [make, model].filter(Boolean).join(" ")],
    ["Lens", lens],
    ["Taken", takenAt?.replace("T", " ")],
    ["Exposure", exposureTime && formatExposure(exposureTime)],
    ["Aperture", fNumber && `f/${fNumber}`],
    ["ISO", iso],
    ["Focal length", focalLength && `${focalLength} mm`],
    ["Artist", artist],
    ["Copyright", copyright],
    ["Position", position && `${position.latitude.toFixed(5)}, ${position.longitude.toFixed(5)}`],
  ];
}

function listRights({ rights }: ImageDescription): Facts {
  const { creator, copyright, credit, usageTerms } = rights ?? {};
  return [
    ["Creator", creator],
    ["Copyright", copyright],
    ["Credit", credit],
    ["Terms", usageTerms],
  ];
}

function formatExposure(seconds: number): string {
  return seconds < 1 ? `1/${Math.round(1 / seconds)} s` : `${seconds} s`;
}
