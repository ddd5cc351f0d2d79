import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_CONFIG } from "../../../src/domain/model/pipeline-config.js";
import { Place } from "./start-server.js";

/** The program that a server starts for the settling of changes. */
const SETTLER = resolve("dist", "entrypoints", "server", "settler-process.js");

describe("a settler that cannot open its data directory", () => {
  const place = new Place();
  afterEach(() => place.remove());

  it("says why in a refusal, and leaves no stack trace", async () => {
    const dir = place.write("data", "a file, not a directory");
    const child = fork(SETTLER, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let written = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      written += chunk;
    });
    child.send({ type: "start", options: { dir, config: DEFAULT_CONFIG, concurrency: 1 } });
    const [message] = await once(child, "message");
    expect(message).toMatchObject({
      type: "refused",
      code: "invalid-input",
      message: expect.stringContaining(dir),
    });
    child.kill("SIGKILL");
    await once(child, "close");
    expect(written).toBe("");
  });
});
