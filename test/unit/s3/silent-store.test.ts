import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type S3Adapters, s3 } from "../../../src/adapters/s3/index.js";

describe("a store that goes silent", () => {
  let server: Server;
  let stores: S3Adapters;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((asked, response) => {
      asked.resume();
      answer(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    stores = s3({
      client: {
        endpoint: `http://127.0.0.1:${port}`,
        credentials: { accessKeyId: "key", secretAccessKey: "secret" },
        timeout: 40,
      },
      originals: "originals",
      renditions: "renditions",
      baseUrl: "https://images.example",
    });
  });
  afterEach(async () => {
    await stores.close();
    server.closeAllConnections();
    server.close();
  });

  it("before it answers is away, after three tries", async () => {
    answer = () => {};
    await expect(stores.originals.head("k")).rejects.toMatchObject({
      code: "unavailable",
      message: "S3 did not answer HeadObject (TimeoutError); try again",
      cause: { $metadata: { attempts: 3 } },
    });
  });

  it("in the middle of a blob is away", async () => {
    answer = (response) => {
      response.writeHead(200, {
        "content-length": "10",
        etag: '"e"',
        "last-modified": "Mon, 30 Nov 2026 00:00:00 GMT",
      });
      response.write("half");
    };
    await expect(stores.originals.get("k")).rejects.toMatchObject({ code: "unavailable" });
  });
});
