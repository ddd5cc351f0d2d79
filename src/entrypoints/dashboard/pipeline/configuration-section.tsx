import { formatBytes } from "../shared/format.js";
import type { PipelineStatus } from "../shared/status.js";

type Spec = PipelineStatus["configuration"]["thumbnails"][string];

/** The configuration in force. */
export function ConfigurationSection({ status }: { readonly status: PipelineStatus }) {
  const { configuration, version } = status;
  const { uploads, watermark, metadata, tagging } = configuration;
  const rules = [
    ["Accepts", uploads.formats.join(", ").toUpperCase()],
    ["Largest file", formatBytes(uploads.maxBytes)],
    ["Largest picture", `${(uploads.maxPixels / 1_000_000).toLocaleString()} million pixels`],
    ["Metadata", metadata],
    ["Watermark", watermark ? describeWatermark(watermark) : "none"],
    ["Tags", tagging.provider],
    ["Version", `Safelight ${version.safelight}`],
  ] as const;
  return (
    <section aria-label="Configuration in force">
      <h2>Configuration in force</h2>
      <div className="configuration">
        <div className="scrolling">
          <table>
            <thead>
              <tr>
                <th scope="col">Rendition</th>
                <th scope="col">Size</th>
                <th scope="col">Fit</th>
                <th scope="col">Format</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(configuration.thumbnails).map(([name, spec]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{describeSize(spec)}</td>
                  <td>{"fit" in spec ? spec.fit : "copy"}</td>
                  <td>{describeFormat(spec)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <dl className="fact-list">
          {rules.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </section>
  );
}

function describeSize(spec: Spec): string {
  const { width, height } = spec as { readonly width?: number; readonly height?: number };
  if (width === undefined && height === undefined) return "as it is";
  return height === undefined
    ? `${width} wide`
    : width === undefined
      ? `${height} high`
      : `${width} × ${height}`;
}

function describeFormat(spec: Spec): string {
  const { format = "original" } = spec as { readonly format?: string | readonly string[] };
  return (typeof format === "string" ? [format] : format).join(", ").toUpperCase();
}

function describeWatermark(watermark: object): string {
  return "text" in watermark ? `the text “${String(watermark.text)}”` : "an image";
}
