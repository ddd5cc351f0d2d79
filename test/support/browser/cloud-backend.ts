import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getRequestListener } from "@hono/node-server";
import { type ApiRoute, listRoutes } from "../../../infra/parts/routes.js";
import { type Api, createApi } from "../../../src/entrypoints/http/app.js";
import { safelightClient } from "../../../src/entrypoints/http/client/index.js";
import { type DashboardOptions, serveDashboard } from "../../../src/entrypoints/http/index.js";
import { DEFAULT_SCOPES, VARIABLES } from "../../../src/entrypoints/lambda/settings.js";
import { type Cloud, startCloud } from "../cloud/cloud.js";
import { type ApiAnswer, createApiEvent } from "../infra/api-event.js";
import { bundleFunctions, deployFunction } from "../lambda/deploy.js";
import { keepFeeding } from "../lambda/event-source.js";
import type { Backend } from "./backends.js";
import { FunctionPool } from "./function-pool.js";
import { authorizeByToken, type JwtOptions } from "./jwt-authorizer.js";

/** The functions behind the API. */
type Functions = Readonly<Record<"read" | "write", FunctionPool>>;

/** Who may use the API of the page: everybody as if they had signed in, or whoever has a token. */
export interface CloudOptions {
  /** Called with the URL of the page. */
  readonly access?: (url: string) => Promise<DashboardOptions["access"]>;
  readonly tokens?: JwtOptions;
}

/** Where the API of programs is, which has more routes than that of the page. Nobody listens there. */
const PROGRAMS = "http://programs.example";

/** Whoever signed in, as the authorizer of the page's API describes them. */
const SIGNED_IN = {
  jwt: { claims: { sub: "somebody", scope: Object.values(DEFAULT_SCOPES).join(" ") }, scopes: null },
};

/**
 * The bundled functions on the local cloud, and a distribution in front of them as the construct makes it: the page, the part of
 * the API that it asks, and the renditions, on one origin. It takes everybody for somebody who has signed in.
 */
export async function startCloudBackend({ access, tokens }: CloudOptions = {}): Promise<Backend> {
  const distribution = createApi();
  const server = createServer(
    getRequestListener((request) => distribution.fetch(request), { overrideGlobalObjects: false }),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [cloud, bundles] = await Promise.all([startCloud(), bundleFunctions(["process", "read", "write"])]);
  cloud.admitOrigin(`http://${host}`);
  const environment = { [VARIABLES.cdnDomain]: host, [VARIABLES.searchByName]: "yes" };
  const deploy = (name: "process" | "read" | "write") =>
    deployFunction(name, { cloud, bundles }, { environment });
  const functions = {
    read: new FunctionPool(() => deploy("read")),
    write: new FunctionPool(() => deploy("write")),
  };
  const asks = await access?.(`http://${host}/`);
  const page = { dir: "dist/dashboard", origins: [cloud.endpoints.s3], ...(asks && { access: asks }) };
  serveDashboard(distribution, page);
  const routes = listRoutes({});
  const asked = routes.filter(({ page }) => page);
  addApiRoutes(distribution, { routes: asked, functions, host, ...(tokens && { tokens }) });
  addRenditionRoutes(distribution, cloud);
  const programs = createApi();
  addApiRoutes(programs, { routes, functions, host });
  const process = await deploy("process");
  const stop = new AbortController();
  const source = { sqs: cloud.clients.sqs, queueUrl: cloud.options.queueUrl };
  const feeding = keepFeeding(process, source, stop.signal);
  return {
    url: `http://${host}/`,
    client: safelightClient({
      baseUrl: PROGRAMS,
      fetch: async (url, init) =>
        String(url).startsWith(PROGRAMS) ? programs.fetch(new Request(url, init)) : fetch(url, init),
    }),
    uploads: `${cloud.endpoints.s3}/**`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      stop.abort();
      await feeding;
      await Promise.all([functions.read, functions.write, process].map((one) => one.close()));
      await Promise.all([cloud, bundles].map((one) => one.close()));
    },
  };
}

/** A gateway hands each route that it has to its function, and answers all others itself. */
function addApiRoutes(
  gateway: Api,
  {
    routes,
    functions,
    host,
    tokens,
  }: {
    readonly routes: readonly ApiRoute[];
    readonly functions: Functions;
    readonly host: string;
    readonly tokens?: JwtOptions;
  },
): void {
  for (const { method, path, by } of routes)
    gateway.on(method, path.replace(/\{(\w+)\}/g, ":$1"), async (c) => {
      const authorizer = tokens
        ? await authorizeByToken(c.req.header("authorization"), DEFAULT_SCOPES[by], tokens)
        : SIGNED_IN;
      if (typeof authorizer === "number")
        return c.json({ message: authorizer === 401 ? "Unauthorized" : "Forbidden" }, authorizer);
      const url = new URL(c.req.url);
      const body = new Uint8Array(await c.req.arrayBuffer());
      const event = createApiEvent({
        method,
        path: url.pathname,
        query: url.search.slice(1),
        headers: c.req.header(),
        authorizer,
        ...(body.length > 0 && { body }),
      });
      const answer = (await functions[by].invoke(event)) as ApiAnswer;
      // The functions know no CDN without encryption.
      const text = answer.body.replaceAll(`https://${host}/`, `http://${host}/`);
      return new Response(answer.statusCode === 304 ? null : text, {
        status: answer.statusCode,
        headers: { ...answer.headers },
      });
    });
  gateway.get("/events", (c) => c.json({ message: "Not Found" }, 404));
}

function addRenditionRoutes(distribution: Api, { clients, options }: Cloud): void {
  distribution.get("/:imageId/*", async (c) => {
    const Key = decodeURIComponent(new URL(c.req.url).pathname.slice(1));
    try {
      const found = await clients.s3.send(new GetObjectCommand({ Bucket: options.renditions, Key }));
      const bytes = new Uint8Array((await found.Body?.transformToByteArray()) ?? []);
      return new Response(bytes, {
        headers: { "content-type": found.ContentType ?? "", "cache-control": found.CacheControl ?? "" },
      });
    } catch {
      return c.body(null, 403);
    }
  });
}
