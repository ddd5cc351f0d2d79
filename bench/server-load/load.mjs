import { Agent, request } from "node:http";

/** One upload among so many requests. */
const CYCLE = 20;

/**
 * Sends requests over so many connections for so many seconds: `rate` a second of all together, each connection at
 * moments of its own (a pause of random length, as people make), or with 0 as fast as they are answered. Resolves to
 * the milliseconds of each answer, how many were a 5xx, and how many never came.
 */
export async function load({ url, connections, seconds, rate, paths, upload }) {
  const found = { reads: [], uploads: [], faults: 0, failed: 0 };
  const end = performance.now() + seconds * 1_000;
  const runConnection = async (number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = number; performance.now() < end; count++) {
      if (rate > 0) await pause((-Math.log(1 - Math.random()) * connections * 1_000) / rate, end);
      const uploading = upload !== undefined && count % CYCLE === CYCLE - 1;
      const start = performance.now();
      try {
        const status = await (uploading
          ? send(agent, `${url}/images`, upload)
          : send(agent, url + paths[count % paths.length]));
        found[uploading ? "uploads" : "reads"].push(performance.now() - start);
        if (status >= 500) found.faults += 1;
      } catch {
        found.failed += 1;
      }
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, (_, number) => runConnection(number)));
  return { ...found, perSecond: (found.reads.length + found.uploads.length) / seconds };
}

function pause(milliseconds, end) {
  const left = Math.max(0, end - performance.now());
  return new Promise((next) => setTimeout(next, Math.min(milliseconds, left)));
}

function send(agent, url, body) {
  const method = body === undefined ? "GET" : "POST";
  const headers = body === undefined ? {} : { "content-type": "image/jpeg", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode));
      answer.on("error", reject);
    });
    sent.on("error", reject).end(body);
  });
}
