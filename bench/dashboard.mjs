/*
 * The dashboard in Chromium, on loopback, over an API in memory: `npm run bench:dashboard [-- --records N --rounds N]`. How
 * long the first view of 1,000 records takes, from the navigation until every thumbnail that is seen has arrived, in a
 * browser that has been nowhere. A median over its target ends it with 1. The processor draws, not a graphics card.
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
  options: { records: { type: "string", default: "1000" }, rounds: { type: "string", default: "7" } },
});
const [SIZE, ROUNDS] = [Number(values.records), Number(values.rounds)];
const VIEWPORT = { width: 1280, height: 800 };

/** Of a first view. */
const MOST_MILLISECONDS = 1_000;

const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const times = await measureFirstViews();
  const figure = { value: computeMedian(times), target: MOST_MILLISECONDS };
  const measured = [figure.value, Math.min(...times), Math.max(...times)].map(formatMilliseconds);
  const rows = [[SIZE.toLocaleString("en"), ...measured, ...judgeFigure(figure)]];
  const columns = ["records", "first view, ms", "least", "most", "target", "reached"];
  console.log(renderMarkdownTable({ columns, rows }));
  if (!isReached(figure)) process.exitCode = 1;
} finally {
  await browser.close();
}

async function measureFirstViews() {
  const backend = await startBackend(SIZE);
  try {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await measureFirstView(backend.url));
    return times;
  } finally {
    await backend.close();
  }
}

async function measureFirstView(url) {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "commit" });
  const taken = await page.waitForFunction(() => {
    const { document, innerHeight, performance } = globalThis;
    const tiles = [...document.querySelectorAll(".tile")];
    const seen = tiles.filter((one) => one.getBoundingClientRect().top < innerHeight);
    const isComplete = seen.length > 0 && seen.every((one) => one.querySelector('img[data-arrived="true"]'));
    return isComplete && performance.now();
  });
  const milliseconds = await taken.jsonValue();
  await context.close();
  return milliseconds;
}

/** An API over so many records in memory, whose thumbnails are pictures. */
async function startBackend(count) {
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
  serveDashboard(api, { dir: "dist/dashboard" });
  return {
    url: `${url}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
