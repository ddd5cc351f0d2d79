import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { drawTestImage } from "../../support/images.js";
import { listChildren } from "../../support/processes.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, type Served, waitUntilFound } from "./start-server.js";

const TOKEN = "a-token-of-this-test-0123456789";

describe("a server with a token", () => {
  let place: Place;
  let server: Served;
  let picture: Uint8Array;
  beforeAll(async () => {
    buildCommand();
    place = new Place();
    picture = await drawTestImage();
    server = await place.serve([], { SAFELIGHT_TOKEN: TOKEN });
  });
  afterAll(() => place.remove());

  /** Asks whether to send the body, and sends it when told to. */
  const ask = (headers: Readonly<Record<string, string>>) =>
    new Promise<{ status: number; told: boolean }>((resolve, reject) => {
      let told = false;
      const asking = request(`${server.url}/images`, {
        method: "POST",
        headers: { ...headers, expect: "100-continue", "content-length": picture.length },
      });
      asking.on("continue", () => {
        told = true;
        asking.end(picture);
      });
      asking.on("response", (answer) => {
        answer.resume().on("end", () => resolve({ status: answer.statusCode ?? 0, told }));
        asking.destroy();
      });
      asking.on("error", reject).flushHeaders();
    });

  it("tells nobody to send a body that it will refuse", async () => {
    expect(await ask({})).toEqual({ status: 401, told: false });
    expect(await ask({ authorization: `Bearer ${TOKEN}` })).toEqual({ status: 202, told: true });
  });

  it("does not hand its token on to the processes that decode strangers' pictures", async () => {
    const settler = server.getSettlerId();
    // Renderers start when there is something to render: the upload above.
    const renderers = await waitUntilFound(() => {
      const children = listChildren(settler);
      return children.length > 0 && children;
    });
    for (const pid of [settler, ...renderers])
      expect(readFileSync(`/proc/${pid}/environ`, "latin1")).not.toContain(TOKEN);
  });
});
