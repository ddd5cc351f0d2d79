import { once } from "node:events";
import { createServer } from "node:http";
import { compose, sharpModule } from "safelight/container";

/**
 * Composes a family with the engine. Its renditions are served by this process, in place of a CDN.
 * @param {(baseUrl: string) => import("safelight/container").Module[]} makeModules
 */
export async function openOn(makeModules) {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { pipeline, ports, close } = await compose(...makeModules(`http://127.0.0.1:${port}`), sharpModule());
  server.on("request", async ({ url = "/" }, response) => {
    const key = decodeURIComponent(url.slice(1));
    const blob = await ports.renditions.get(key).catch(() => undefined);
    response.writeHead(blob ? 200 : 404, { "content-type": blob?.contentType ?? "text/plain" });
    response.end(blob?.bytes);
  });
  return {
    pipeline,
    ports,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await close();
    },
  };
}
