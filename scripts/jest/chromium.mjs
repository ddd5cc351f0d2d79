import { existsSync } from "node:fs";

/** Where systems put Chromium and its kin. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Returns the path of Chromium: that of `SAFELIGHT_CHROMIUM`, or where a system has it; `undefined` if it is not there. */
export function findChromium() {
  const { SAFELIGHT_CHROMIUM: given } = process.env;
  return given || PLACES.find((path) => existsSync(path));
}

/** Whether the browser tests are left out: there is no Chromium, and nobody says that there must be one. */
export function areBrowserTestsLeftOut() {
  return findChromium() === undefined && process.env.SAFELIGHT_BROWSER_TESTS !== "required";
}
