/*
 * The dashboard in Chromium, on loopback, over an API in memory: `npm run bench:dashboard [-- --records N --scrolled N --rounds
 * N]`. How long the first view of 1,000 records takes, from the navigation until every thumbnail that is seen has arrived, in a
 * browser that has been nowhere; and how many frames a second are drawn while 10,000 records go by, in turn with a plain list
 * (`plain-list`) of the same pictures: what a machine draws of that is what it can draw. A median short of its target ends it
 * with 1. The processor draws, not a graphics card. Beside each time is what does not depend on how busy a machine is: the
 * requests, and the seconds that the page kept a processor busy.
 */
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { memory } from "../dist/adapters/memory/index.js";
import { sharpEngine } from "../dist/adapters/sharp/index.js";
import { allowAll, httpApi, serveDashboard, serveRenditions } from "../dist/entrypoints/http/index.js";
import { definePipeline } from "../dist/index.js";
import { findChromium } from "../scripts/jest/chromium.mjs";
import { computeMedian } from "./support/measure.mjs";
import { createRecord } from "./support/records.mjs";
import { formatMilliseconds, isReached, judgeFigure, renderMarkdownTable } from "./support/table.mjs";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "1000" },
    scrolled: { type: "string", default: "10000" },
    rounds: { type: "string", default: "7" },
  },
});
const [SIZE, SCROLLED, ROUNDS] = [values.records, values.scrolled, values.rounds].map(Number);
const VIEWPORT = { width: 1280, height: 800 };

/** Of a first view. */
const MOST_MILLISECONDS = 1_000;

/** A second, while scrolling: a screen of 60 Hz shows as many, by a clock that is not quite that of the page. */
const LEAST_FRAMES = 59;

/** How far is scrolled with each frame: 4,800 pixels a second, faster than anybody reads. */
const STEP = 80;

/** How long one round of scrolling takes, in frames. */
const FRAMES = 300;

const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const formatSize = (count) => `${count.toLocaleString("en")} records`;
  const isFast = report(`first view of ${formatSize(SIZE)}`, await measureFirstViews(), {
    unit: "ms",
    target: MOST_MILLISECONDS,
  });
  const [scrolled, plain] = await measureScrolling();
  const isSmooth = report(`scrolling through ${formatSize(SCROLLED)}`, scrolled, {
    unit: "frames a second",
    target: LEAST_FRAMES,
    least: true,
  });
  report("the same pictures in a plain list", plain, { unit: "frames a second" });
  if (!isFast || !isSmooth) process.exitCode = 1;
} finally {
  await browser.close();
}

/** Prints a row, and returns whether its median is within the target. */
function report(what, rounds, { unit, target, least = false }) {
  const all = rounds.map(({ value }) => value);
  const figure = { value: computeMedian(all), target, least };
  const measured = [figure.value, Math.min(...all), Math.max(...all)].map(formatMilliseconds);
  const busy = computeMedian(rounds.map(({ busySeconds }) => busySeconds)).toFixed(2);
  const requests = computeMedian(rounds.map((round) => round.requests));
  const columns = ["what", unit, "lowest", "highest", "target", "reached", "page busy, s", "requests"];
  const rows = [[what, ...measured, ...judgeFigure(figure), busy, requests]];
  console.log(`${renderMarkdownTable({ columns, rows })}\n`);
  return isReached(figure);
}

async function measureFirstViews() {
  return runWithBackend(SIZE, async (url) => {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await visit(url, measureFirstView));
    return rounds;
  });
}

/** Measures the page and the plain list in turn: whatever else the machine does is shared by both. */
async function measureScrolling() {
  return runWithBackend(SCROLLED, (url) =>
    runWithBackend(
      SCROLLED,
      (plainUrl) =>
        visit(url, (page, measureBusy) =>
          visit(plainUrl, async (plainPage, measurePlainBusy) => {
            const all = [
              { page, measureBusy, rounds: [] },
              { page: plainPage, measureBusy: measurePlainBusy, rounds: [] },
            ];
            for (const one of all) await showAll(one.page);
            for (let round = 0; round < ROUNDS; round++)
              for (const one of all) one.rounds.push(await measureRound(one));
            return all.map(({ rounds }) => rounds);
          }),
        ),
      "bench/plain-list",
    ),
  );
}

async function measureRound({ page, measureBusy }) {
  await page.bringToFront();
  const before = await measureBusy();
  const value = await page.evaluate(countFrames, { step: STEP, frames: FRAMES });
  const after = await measureBusy();
  return {
    value,
    busySeconds: after.seconds - before.seconds,
    requests: after.requests - before.requests,
  };
}

/** Opens a page in a browser that has been nowhere. */
async function visit(url, measure) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    let requests = 0;
    page.on("request", () => {
      requests += 1;
    });
    const measureBusy = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return { seconds: metrics.find(({ name }) => name === "TaskDuration").value, requests };
    };
    await page.goto(url, { waitUntil: "commit" });
    return await measure(page, measureBusy);
  } finally {
    await context.close();
  }
}

async function measureFirstView(page, measureBusy) {
  const taken = await page.waitForFunction(() => {
    const { document, innerHeight, performance } = globalThis;
    const tiles = [...document.querySelectorAll(".tile")];
    const seen = tiles.filter((one) => one.getBoundingClientRect().top < innerHeight);
    const isComplete = seen.length > 0 && seen.every((one) => one.querySelector('img[data-arrived="true"]'));
    return isComplete && performance.now();
  });
  const value = await taken.jsonValue();
  const { seconds, requests } = await measureBusy();
  return { value, busySeconds: seconds, requests };
}

/** Scrolls down until there is no further page: all records are known then. */
async function showAll(page) {
  const isAtEnd = () => {
    const { document } = globalThis;
    globalThis.scrollTo(0, document.documentElement.scrollHeight);
    return /^[\d,.\s]+images$/.test(document.querySelector(".count")?.textContent ?? "");
  };
  await page.waitForFunction(isAtEnd, undefined, { timeout: 0 });
}

/** In the page: scrolls up by some pixels with each frame, and tells how many frames a second there were. */
function countFrames({ step, frames }) {
  const { performance, requestAnimationFrame, scrollBy } = globalThis;
  return new Promise((resolve) => {
    let drawn = 0;
    const begun = performance.now();
    const draw = () => {
      if (drawn === frames) return resolve((frames * 1_000) / (performance.now() - begun));
      drawn += 1;
      scrollBy(0, -step);
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
}

async function runWithBackend(count, use, dir = "dist/dashboard") {
  const backend = await startBackend(count, dir);
  try {
    return await use(backend.url);
  } finally {
    await backend.close();
  }
}

/** An API over so many records in memory, whose thumbnails are pictures, and the page in a folder. */
async function startBackend(count, dir) {
  let api;
  const server = createServer(getRequestListener((request, env) => api.fetch(request, env)));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${server.address().port}`;
  const ports = memory({ baseUrl: `${url}/renditions`, uploadUrl: `${url}/uploads/form` });
  const thumbnail = await sharp({
    create: {
      width: 200,
      height: 200,
      channels: 3,
      noise: { type: "gaussian", mean: 128, sigma: 20 },
    },
  })
    .jpeg()
    .toBuffer();
  for (let number = 0; number < count; number++) {
    const record = createRecord(number);
    await ports.records.commit(record, { replacing: "nothing" });
    // The page takes the lighter of the two, which is a random one.
    for (const { key } of record.renditions)
      await ports.renditions.put(key, thumbnail, { contentType: "image/jpeg" });
  }
  const pipeline = definePipeline({ ...ports, engine: sharpEngine() });
  api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll() });
  serveRenditions(api, { renditions: ports.renditions });
  serveDashboard(api, { dir });
  return {
    url: `${url}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
