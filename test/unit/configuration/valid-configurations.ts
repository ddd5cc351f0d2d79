import fc from "fast-check";
import { IMAGE_FORMATS, OUTPUT_FORMATS } from "../../../src/domain/model/image-format.js";
import { IMAGE_EVENT_TYPES } from "../../../src/domain/model/image-record.js";
import { OWNER_SOURCES } from "../../../src/domain/model/owner.js";
import { COLOR_PROFILES, FITS, GRAVITIES } from "../../../src/domain/model/thumbnail-spec.js";

const side = fc.integer({ min: 1, max: 65_500 });
const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const color = fc.constantFrom("white", "black", "transparent", "#FFAA00", "#01020304");
const name = fc.stringMatching(/^[a-z0-9_-]{1,12}$/).filter((text) => text !== "__proto__");

const secret = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}SECRET[A-Z0-9_]{0,8}$/);

const look = {
  fit: fc.constantFrom(...FITS),
  position: fc.oneof(
    fc.constantFrom(...GRAVITIES, "centre", "attention", "entropy"),
    fc.record({ x: share, y: share }),
  ),
  format: fc.oneof(
    fc.constantFrom(...OUTPUT_FORMATS, "original"),
    fc.uniqueArray(fc.constantFrom(...OUTPUT_FORMATS, "original"), { minLength: 1 }),
  ),
  quality: fc.integer({ min: 1, max: 100 }),
  effort: fc.constantFrom("fast", "balanced", "small"),
  upscale: fc.boolean(),
  background: color,
  animated: fc.boolean(),
  profile: fc.constantFrom(...COLOR_PROFILES),
};

const spec = fc.oneof(
  fc.record({ ...look, width: side, height: side }, { requiredKeys: ["width"] }),
  fc.record({ ...look, height: side }, { requiredKeys: ["height"] }),
  fc.constant({ copy: true }),
);

const place = fc.oneof(
  fc.record(
    { gravity: fc.constantFrom(...GRAVITIES, "centre"), tile: fc.constant(false) },
    { requiredKeys: [] },
  ),
  fc.record({ tile: fc.constant(true) }),
);
const text = fc.string({ minLength: 1, maxLength: 40 }).filter((one) => one.trim() !== "");
const drawWatermark = (file: fc.Arbitrary<unknown>) =>
  fc.oneof(fc.record({ text, font: file, color }, { requiredKeys: ["text"] }), fc.record({ image: file }));
const amounts = fc.record(
  {
    opacity: share,
    scale: share.filter((value) => value >= 0.01),
    margin: fc.integer({ min: 0, max: 10_000 }),
    minWidth: fc.integer({ min: 0, max: 65_500 }),
    prefixes: fc.array(fc.string({ minLength: 1, maxLength: 10 }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** Any configuration that a user may write, defaults left out or not, with what stands for a file. */
export const drawValidConfiguration = (file: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      $schema: fc.constant("./node_modules/safelight/dist/safelight.config.schema.json"),
      thumbnails: fc.dictionary(name, spec, { maxKeys: 4 }),
      watermark: fc
        .tuple(drawWatermark(file), place, amounts)
        .map((parts) => Object.assign({}, ...parts) as object),
      uploads: fc.record(
        {
          formats: fc.subarray([...IMAGE_FORMATS], { minLength: 1 }),
          maxBytes: fc.integer({ min: 1, max: 1_073_741_824 }),
          maxPixels: fc.integer({ min: 1, max: 1_000_000_000 }),
          maxFrames: fc.integer({ min: 1, max: 1_000_000 }),
          maxCost: fc.integer({ min: 1, max: 2_000_000_000 }),
          owner: fc.constantFrom(...OWNER_SOURCES),
        },
        { requiredKeys: [] },
      ),
      metadata: fc.constantFrom("strip", "keep-copyright", "keep-all"),
      exif: fc.record({ position: fc.boolean() }, { requiredKeys: [] }),
      tagging: fc
        .record(
          {
            provider: fc.oneof(
              fc.constantFrom("none", "local", "rekognition"),
              fc.stringMatching(/^[!-~]([ -~]{0,62}[!-~])?$/),
            ),
            minConfidence: fc.integer({ min: 0, max: 100 }),
            maxLabels: fc.integer({ min: 1, max: 1000 }),
            moderation: fc.constantFrom(true, false, "required"),
          },
          { requiredKeys: [] },
        )
        .filter(({ provider = "none", moderation = false }) => provider !== "none" || moderation === false),
      webhooks: fc.dictionary(
        fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,9}$/),
        fc.record(
          {
            url: fc.webUrl({ withQueryParameters: true }),
            types: fc.uniqueArray(fc.constantFrom(...IMAGE_EVENT_TYPES), { minLength: 1 }),
            secret: fc.oneof(secret, fc.array(secret, { minLength: 1, maxLength: 4 })),
          },
          { requiredKeys: ["url", "secret"] },
        ),
        { maxKeys: 3 },
      ),
    },
    { requiredKeys: [] },
  );

/** Configurations with one fault each, and the line that names it. */
export const FAULTY: readonly (readonly [configuration: unknown, line: string])[] = [
  [[], "the whole: expected an object but received []"],
  [
    { thumbnails: { card: { width: -3 } } },
    "thumbnails.card.width: expected a whole number from 1 to 65500 but received -3",
  ],
  [
    { thumbnails: { card: { width: "640" } } },
    'thumbnails.card.width: expected a whole number from 1 to 65500 but received "640"',
  ],
  [
    { thumbnails: { card: { height: 2.5 } } },
    "thumbnails.card.height: expected a whole number from 1 to 65500 but received 2.5",
  ],
  [
    { thumbnails: { card: { format: "webp" } } },
    'thumbnails.card: expected a width, a height or both but received {"format":"webp"}',
  ],
  [
    { thumbnails: { card: { width: 1, fit: "crop" } } },
    'thumbnails.card.fit: expected one of cover, contain, fill, inside, outside but received "crop"',
  ],
  [
    { thumbnails: { card: { width: 1, position: { x: 2, y: 0 } } } },
    "thumbnails.card.position.x: expected a number from 0 to 1 but received 2",
  ],
  [
    { thumbnails: { card: { width: 1, position: { x: "a", y: 0 } } } },
    'thumbnails.card.position.x: expected a number from 0 to 1 but received "a"',
  ],
  [
    { thumbnails: { card: { width: 1, position: "middle" } } },
    'thumbnails.card.position: expected one of center, north, northeast, east, southeast, south, southwest, west, northwest, attention, entropy or a point { "x", "y" } but received "middle"',
  ],
  [
    { thumbnails: { card: { width: 1, background: "red" } } },
    'thumbnails.card.background: expected a color as #rrggbb, #rrggbbaa or one of white, black, transparent but received "red"',
  ],
  [
    { thumbnails: { master: { copy: true, width: 5 } } },
    'thumbnails.master.width: expected only the keys copy but received "width"',
  ],
  [
    { thumbnails: { master: { copy: false } } },
    "thumbnails.master.copy: expected true, or no such key but received false",
  ],
  [
    { thumbnails: { "a b": { width: 1 } } },
    'thumbnails["a b"]: expected a name of 1 to 64 letters, digits, - and _ but received "a b"',
  ],
  [
    JSON.parse('{ "thumbnails": { "__proto__": { "width": 1 } } }'),
    'thumbnails.__proto__: expected a name of 1 to 64 letters, digits, - and _ but received "__proto__"',
  ],
  [{ thumbnails: { card: null } }, "thumbnails.card: expected an object but received null"],
  [{ watermark: { gravity: "north" } }, 'watermark: expected a text or an image but received ["gravity"]'],
  [
    { watermark: { text: "a", image: "b" } },
    'watermark.image: expected no image beside text but received "b"',
  ],
  [
    { watermark: { text: "a", tile: true, gravity: "east" } },
    'watermark.gravity: expected no gravity beside tile but received "east"',
  ],
  [
    { watermark: { image: "a", font: "b" } },
    'watermark.font: expected no font beside image but received "b"',
  ],
  [
    { watermark: { text: "a", opacity: 60 } },
    "watermark.opacity: expected a number from 0 to 1 but received 60",
  ],
  [{ uploads: { formats: [] } }, "uploads.formats: expected a list of at least 1 but received []"],
  [
    { uploads: { formats: ["jpeg", "bmp"] } },
    'uploads.formats[1]: expected one of jpeg, png, webp, gif, avif, tiff, heic but received "bmp"',
  ],
  [
    { uploads: { maxBytes: 0 } },
    "uploads.maxBytes: expected a whole number from 1 to 1073741824 but received 0",
  ],
  [{ uploads: { owner: "sub" } }, 'uploads.owner: expected one of none, key, caller but received "sub"'],
  [{ metadata: "keep" }, 'metadata: expected one of strip, keep-copyright, keep-all but received "keep"'],
  [{ exif: { position: "yes" } }, 'exif.position: expected true or false but received "yes"'],
  [
    { tagging: { moderation: true } },
    'tagging.provider: expected a provider that moderates but received "none"',
  ],
  [
    { tagging: { provider: " " } },
    'tagging.provider: expected none or the name of a tagger (1 to 64 characters of printable ASCII) but received " "',
  ],
  [
    { tagging: { moderation: "yes" } },
    'tagging.moderation: expected true, false or required but received "yes"',
  ],
  [{ webhooks: [] }, "webhooks: expected an object of subscribers, by name but received []"],
  [
    { webhooks: { "Shop A": { url: "https://a.example", secret: "A_SECRET" } } },
    'webhooks["Shop A"]: expected a name of 1 to 64 characters of a-z, 0-9, - and _ but received "Shop A"',
  ],
  [
    { webhooks: { shop: { url: "https://a:b@shop.example/", secret: "A_SECRET" } } },
    'webhooks.shop.url: expected the URL of a subscriber, without credentials or a fragment, but received "https://a:b@shop.example/"',
  ],
  [
    { webhooks: { shop: { secret: "A_SECRET" } } },
    "webhooks.shop.url: expected the URL of a subscriber but received nothing",
  ],
  [
    { webhooks: { shop: { url: "https://a.example" } } },
    "webhooks.shop.secret: expected the name of the environment variable of the secret but received nothing",
  ],
  [
    { webhooks: { shop: { url: "https://a.example", secret: "whsec_abc" } } },
    'webhooks.shop.secret[0]: expected the name of an environment variable, in capitals and with the word SECRET in it, but received "whsec_..."',
  ],
  [
    { webhooks: { shop: { url: "https://a.example", secret: "A_SECRET", types: ["ready"] } } },
    'webhooks.shop.types[0]: expected one of ImageReady, ImageRejected, ImageRemoved, ImageEdited but received "ready"',
  ],
  [
    { thumbnail: {} },
    'thumbnail: expected only the keys $schema, thumbnails, watermark, uploads, metadata, exif, tagging, webhooks but received "thumbnail"',
  ],
];
