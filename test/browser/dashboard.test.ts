import { afterAll, beforeAll, describe } from "@jest/globals";
import type { Browser } from "playwright-core";
import { type Backend, startLocalBackend } from "../support/browser/backends.js";
import { startChromium } from "../support/browser/chromium.js";
import { describeJourneys } from "./journeys.js";

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

describe("the dashboard of a local server", () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await startLocalBackend();
  });
  afterAll(() => backend.close());

  describeJourneys({ browser: () => browser, backend: () => backend });
});
