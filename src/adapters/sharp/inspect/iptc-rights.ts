import { listPhotoshopResources, RESOURCE } from "./photoshop-resources.js";

/** The statements of IPTC about rights, as they stand there. */
export interface IptcRights {
  readonly creators: readonly string[];
  readonly copyright: readonly string[];
  readonly credit: readonly string[];
}

/** Datasets as record and number (IPTC-IIM 4.2). */
const DATASET = { characterSet: "1:90", byLine: "2:80", credit: "2:110", copyright: "2:116" } as const;

const MARKER = 0x1c;

/** More datasets are nobody's. */
const MAX_DATASETS = 2_000;

/** The escape sequence that switches to UTF-8. */
const UTF8 = "\x1b%G";

/** Reads the rights of an IPTC block: bare as in a TIFF, or among Photoshop's resources as in a JPEG. */
export function readIptcRights(block: Uint8Array): IptcRights {
  const bare = block[0] === MARKER ? block : undefined;
  const data = bare ?? listPhotoshopResources(block).find(({ id }) => id === RESOURCE.iptc)?.data;
  const datasets = data ? listDatasets(data) : [];
  const isUtf8 = datasets.some(
    ({ name, value }) =>
      name === DATASET.characterSet && Buffer.from(value).toString("latin1").startsWith(UTF8),
  );
  const read = (wanted: string) =>
    datasets.filter(({ name }) => name === wanted).map(({ value }) => decodeText(value, isUtf8));
  return { creators: read(DATASET.byLine), copyright: read(DATASET.copyright), credit: read(DATASET.credit) };
}

interface Dataset {
  readonly name: string;
  readonly value: Uint8Array;
}

function listDatasets(data: Uint8Array): readonly Dataset[] {
  const datasets: Dataset[] = [];
  for (let at = 0; data[at] === MARKER && at + 5 <= data.length && datasets.length < MAX_DATASETS; ) {
    const length = ((data[at + 3] ?? 0) << 8) | (data[at + 4] ?? 0);
    // The highest bit announces a length of more than 32,767 bytes, which no text has.
    if (length > 0x7fff || at + 5 + length > data.length) break;
    const value = data.subarray(at + 5, at + 5 + length);
    datasets.push({ name: `${data[at + 1]}:${data[at + 2]}`, value });
    at += 5 + length;
  }
  return datasets;
}

/** Whoever does not say so may write UTF-8 all the same, or whatever their computer used. */
function decodeText(value: Uint8Array, isUtf8: boolean): string {
  const text = new TextDecoder("utf-8").decode(value);
  return isUtf8 || !text.includes("\ufffd") ? text : new TextDecoder("latin1").decode(value);
}
