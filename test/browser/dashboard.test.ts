import { afterAll, beforeAll, describe } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type Backend, type Journey, startLocalBackend } from "../support/browser/backends.js";
import { startChromium } from "../support/browser/chromium.js";
import { startCloudBackend } from "../support/browser/cloud-backend.js";
import { startMemoryBackend } from "../support/browser/memory-backend.js";
import { takeSample } from "../support/sample.js";
import { describeAdmission } from "./admission.js";
import { describeJourneys } from "./journeys.js";
import { describeKeyboard } from "./keyboard.js";
import { describeQuality, SHAPES } from "./quality.js";
import { describeSituations } from "./situations.js";

interface Place {
  readonly name: string;
  readonly start: () => Promise<Backend>;
  readonly streams: boolean;
}

const PLACES: readonly Place[] = [
  { name: "a local server", start: startLocalBackend, streams: true },
  { name: "an API in memory", start: startMemoryBackend, streams: true },
  { name: "AWS, on the local cloud", start: startCloudBackend, streams: false },
];

// One browser for all: to start it takes as long as several tests, and meanwhile the backend starts.
let starting: Promise<Browser>;
let browser: Browser;
beforeAll(() => {
  starting = startChromium();
});
afterAll(async () => (await starting).close());

/** Each takes a while: an ordinary run has one of them a day. */
const PLAYS = [...PLACES.map(({ name }) => name), "quality", "keyboard", "sign-in"];
const isPlayed = (name: string) => takeSample(PLAYS, PLAYS.length).includes(name);

/** Runs tests with a backend of their own. */
function describeWithBackend(
  title: string,
  { start, streams }: Omit<Place, "name">,
  tests: (journey: Journey) => void,
): void {
  describe(title, () => {
    let backend: Backend;
    beforeAll(async () => {
      [backend, browser] = await Promise.all([start(), starting]);
    });
    afterAll(() => backend.close());
    tests({ browser: () => browser, backend: () => backend, streams });
  });
}

for (const { name, ...place } of PLACES.filter(({ name }) => isPlayed(name)))
  describeWithBackend(`the dashboard of ${name}`, place, (journey) => {
    describeJourneys(journey);
    describeSituations(journey);
  });

if (isPlayed("quality"))
  describeWithBackend(
    "every view of the dashboard",
    { start: () => startMemoryBackend({ thumbnails: SHAPES }), streams: true },
    describeQuality,
  );

if (isPlayed("keyboard"))
  describeWithBackend(
    "the dashboard without a pointer",
    { start: startMemoryBackend, streams: true },
    describeKeyboard,
  );

if (isPlayed("sign-in"))
  describe("the dashboard's sign-in", () => {
    beforeAll(async () => {
      browser = await starting;
    });
    describeAdmission(() => browser);
  });
