import type { ImageDescription, RenditionDescription } from "../../domain/model/image-record.js";
import { escapeInvisible } from "../../domain/model/invisible-characters.js";
import type { Previews } from "./contact-sheet-previews.js";
import { STYLE } from "./contact-sheet-style.js";
import { formatSize } from "./output.js";
import type { Outcome } from "./process-files.js";

/** Only what is in the page itself, and no script: names and tags in it were chosen by strangers. */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Everything up to the first image; `summary` is what the command says of the run. */
export function renderPageStart(summary: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Contact sheet</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Contact sheet</h1>
${summary.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n")}
</header>
<main>
`;
}

/** Renders the end of the page. */
export function renderPageEnd(): string {
  return "</main>\n</body>\n</html>\n";
}

/** One image: its original, and beside it what was made of it or why nothing was. */
export function renderImageSection(outcome: Outcome, previews?: Previews): string {
  const name = `<h2><bdi>${escapeHtml(outcome.file.key)}</bdi></h2>`;
  if (outcome.type === "unfinished") {
    return renderSection(
      "unfinished",
      name,
      `<p class="why"><b>could not finish</b> ${escapeHtml(outcome.reason)}</p>`,
    );
  }
  const { record } = outcome;
  if (record.failure) {
    const why = `<p class="why"><b>${escapeHtml(record.failure.code)}</b> ${escapeHtml(record.failure.message)}</p>`;
    return renderSection("rejected", name, `${why}${renderOriginalFacts(record)}`);
  }
  const figures = record.renditions.map((rendition) =>
    renderRenditionFigure(rendition, record, previews?.renditions.get(rendition.key)),
  );
  return renderSection(
    "ready",
    name + renderTagList(record.tags),
    `<div class="row">${renderOriginalFigure(record, previews)}<div class="made">${figures.join("")}</div></div>`,
  );
}

function renderSection(kind: string, heading: string, content: string): string {
  return `<section class="${kind}">\n<div class="name">${heading}</div>\n${content}\n</section>\n`;
}

function renderTagList(tags: readonly string[]): string {
  return tags.length === 0 ? "" : `<ul>${tags.map((tag) => `<li>${escapeHtml(tag)}</li>`).join("")}</ul>`;
}

function renderOriginalFigure(record: ImageDescription, previews: Previews | undefined): string {
  const image = renderPicture(previews?.original, `original of ${record.key}`);
  return `<figure class="original">${image}<figcaption><b>original</b>${renderOriginalFacts(record)}</figcaption></figure>`;
}

function renderOriginalFacts({ source }: ImageDescription): string {
  if (!source) return "";
  const { format, width, height, bytes, frames } = source;
  return (
    renderFact(`${format}, ${formatPixels(width, height)}`) +
    renderFact(formatSize(bytes)) +
    (frames > 1 ? renderFact(`${frames} frames`) : "")
  );
}

function renderRenditionFigure(
  rendition: RenditionDescription,
  { key, source }: ImageDescription,
  address: string | undefined,
): string {
  const { name, format, width, height, bytes, frames, flattened, watermarked } = rendition;
  const share = source && source.bytes > 0 ? `, ${formatPercent(bytes / source.bytes)}` : "";
  const notes = [
    frames !== undefined && `${frames} frames`,
    flattened && "first frame only",
    watermarked && "watermarked",
  ].filter((note) => note !== false && note !== undefined);
  const caption = [
    `<b>${escapeHtml(name)}</b>`,
    renderFact(`${format}, ${formatPixels(width, height)}`),
    renderFact(`${formatSize(bytes)}${share}`),
    ...notes.map(renderFact),
  ];
  return `<figure>${renderPicture(address, `${name} of ${key}`)}<figcaption>${caption.join("")}</figcaption></figure>`;
}

function renderPicture(address: string | undefined, alt: string): string {
  if (address === undefined) return `<div class="frame none">no picture</div>`;
  return `<div class="frame"><img src="${escapeHtml(address)}" alt="${escapeHtml(alt)}"></div>`;
}

function renderFact(text: string): string {
  return `<span>${escapeHtml(text)}</span>`;
}

function formatPixels(width: number, height: number): string {
  return `${width} \u00d7 ${height}`;
}

/** Of the original's size; what is next to nothing should not read as nothing. */
function formatPercent(share: number): string {
  if (share < 0.001) return "under 0.1 %";
  return `${share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}

/** Text that is nothing but text, between tags and within quotes. */
function escapeHtml(text: string): string {
  return escapeInvisible(text).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? "");
}
