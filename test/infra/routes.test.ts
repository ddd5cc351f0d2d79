import { expect, it } from "@jest/globals";
import { type ApiRoute, listRoutes, ROUTES } from "../../infra/parts/routes.js";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { allowAll, type HttpApiOptions, httpApi } from "../../src/entrypoints/http/index.js";
import { createFakeEngine } from "../../src/testing/fake-engine.js";

type Paths = Readonly<
  Record<
    string,
    Readonly<Record<string, { readonly "x-permission"?: string; readonly operationId?: string }>>
  >
>;

const writeRoutes = (routes: readonly ApiRoute[]) =>
  routes.map(({ method, path, by, open }) => `${method} ${path} ${open ? "open" : by}`).sort();

async function describeRoutes(more: Pick<HttpApiOptions, "startReconcile"> = {}): Promise<readonly string[]> {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
  const api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll(), ...more });
  const { paths } = (await (await api.request("/openapi.json")).json()) as { paths: Paths };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // What a path answers to other methods, a function says itself. None of them can hold a stream open.
      .filter(([, { operationId }]) => operationId !== undefined && operationId !== "streamEvents")
      .map(([method, about]) => `${method.toUpperCase()} ${path} ${about["x-permission"] ?? "open"}`),
  );
  return described.sort();
}

it("the gateway has the routes that the API's own document describes, each to the function of its permission", async () => {
  expect(writeRoutes(listRoutes({}))).toEqual(await describeRoutes());
  expect(writeRoutes(ROUTES)).toEqual(await describeRoutes({ startReconcile: async () => true }));
});
