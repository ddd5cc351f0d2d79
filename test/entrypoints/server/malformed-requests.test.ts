import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { takeSampleOfTests } from "../../support/sampled-tests.js";
import { buildCommand } from "../cli/run-command.js";
import { Place, type Served } from "./start-server.js";

const it = takeSampleOfTests(2);

describe("a request that is none", () => {
  let place: Place;
  let server: Served;
  beforeAll(async () => {
    buildCommand();
    place = new Place();
    server = await place.serve();
  });
  afterAll(() => place.remove());

  /** Sends these bytes, and resolves to all that comes back until the server closes the connection. */
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = "";
      const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) }, () => {
        socket.write(text.replaceAll("\n", "\r\n"), "latin1");
      });
      socket.setEncoding("latin1").on("data", (chunk) => {
        answer += chunk;
      });
      socket.on("end", () => resolve(answer)).on("error", reject);
    });

  it.each<[string, string]>([
    ["a Host that is none", "GET /health HTTP/1.1\nHost: a b\nConnection: close\n\n"],
    ["an empty Host", "GET /health HTTP/1.1\nHost:\nConnection: close\n\n"],
    ["no Host", "GET /health HTTP/1.1\nConnection: close\n\n"],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\nHost: localhost\nConnection: close\n\n"],
    [
      "two lengths",
      "POST /images HTTP/1.1\nHost: localhost\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n",
    ],
    ["a bad chunk", "POST /images HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\nzz\n\n"],
    ["no HTTP", "hello\n\n"],
  ])("with %s is refused with problem details and the id of the request", async (_what, text) => {
    const answer = await send(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head.toLowerCase()).toContain("content-type: application/problem+json");
    const [, id] = /^x-request-id: (\S+)$/im.exec(head) ?? [];
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: "invalid-input", requestId: id });
  });
});
