import { afterAll, beforeAll, describe } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type Backend, startLocalBackend } from "../support/browser/backends.js";
import { startChromium } from "../support/browser/chromium.js";
import { startMemoryBackend } from "../support/browser/memory-backend.js";
import { takeSample } from "../support/sample.js";
import { describeAdmission } from "./admission.js";
import { describeJourneys } from "./journeys.js";
import { describeQuality } from "./quality.js";
import { describeSituations } from "./situations.js";

const BACKENDS: readonly (readonly [string, () => Promise<Backend>])[] = [
  ["a local server", startLocalBackend],
  ["an API in memory", startMemoryBackend],
];

// One browser for all: to start it takes as long as several tests.
let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

/** Each takes a while: an ordinary run has one of them a day. */
const PLAYS = [...BACKENDS.map(([name]) => name), "quality", "sign-in"];
const isPlayed = (name: string) => takeSample(PLAYS, PLAYS.length).includes(name);

for (const [name, start] of BACKENDS.filter(([name]) => isPlayed(name)))
  describe(`the dashboard of ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await start();
    });
    afterAll(() => backend.close());

    describeJourneys({ browser: () => browser, backend: () => backend });
    describeSituations({ browser: () => browser, backend: () => backend });
  });

if (isPlayed("quality"))
  describe("every view of the dashboard", () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await startMemoryBackend();
    });
    afterAll(() => backend.close());

    describeQuality({ browser: () => browser, backend: () => backend });
  });

if (isPlayed("sign-in"))
  describe("the dashboard's sign-in", () => {
    describeAdmission(() => browser);
  });
