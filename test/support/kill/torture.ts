import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, killRandomly } from "./random-kills.js";

/* The long run of test/entrypoints/kill.test.ts, behind `npm run torture`. */

const kills = Number(process.env.SAFELIGHT_KILLS ?? 200);
const seed = Number(process.env.SAFELIGHT_SEED ?? randomInt(2 ** 31));
const place = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "safelight-torture-"));
process.stdout.write(`seed ${seed}\n`);
try {
  const damage = await killRandomly({
    place,
    kills,
    images: 40,
    random: createRandom(seed),
    onKill: (done) => {
      if (done % 20 === 0) process.stderr.write(`${done} of ${kills} kills\n`);
    },
  });
  const { lost, half, wrong } = damage;
  for (const line of [...lost, ...half, ...wrong]) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `kills ${damage.kills}, lost ${lost.length}, half ${half.length}, wrong ${wrong.length}\n`,
  );
  if (lost.length + half.length + wrong.length > 0) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
