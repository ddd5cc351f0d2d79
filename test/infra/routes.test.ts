import { expect, it } from "@jest/globals";
import { ROUTES } from "../../infra/parts/routes.js";
import { memory } from "../../src/adapters/memory/index.js";
import { definePipeline } from "../../src/domain/define-pipeline.js";
import { allowAll, httpApi } from "../../src/entrypoints/http/index.js";
import { createFakeEngine } from "../../src/testing/fake-engine.js";

type Paths = Readonly<
  Record<
    string,
    Readonly<Record<string, { readonly "x-permission"?: string; readonly operationId?: string }>>
  >
>;

it("the gateway has the routes that the API's own document describes, each to the function of its permission", async () => {
  const ports = memory();
  const pipeline = definePipeline({ ...ports, engine: createFakeEngine() });
  const api = httpApi({ pipeline, tickets: ports.tickets, authorize: allowAll() });
  const { paths } = (await (await api.request("/openapi.json")).json()) as { paths: Paths };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // What a path answers to other methods, a function says itself. None of them can hold a stream open.
      .filter(([, { operationId }]) => operationId !== undefined && operationId !== "streamEvents")
      .map(([method, about]) => `${method.toUpperCase()} ${path} ${about["x-permission"] ?? "open"}`),
  );
  const routed = ROUTES.map(
    ({ method, path, by, open: everybody }) => `${method} ${path} ${everybody ? "open" : by}`,
  );
  expect(routed.sort()).toEqual(described.sort());
});
