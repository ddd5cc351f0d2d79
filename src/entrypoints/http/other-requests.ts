import type { Api } from "./app.js";
import { describeEmpty, describeOpenProblems } from "./responses.js";

type Document = ReturnType<Api["getOpenAPI31Document"]>;

const ALLOW = { Allow: { description: "The methods of the path.", schema: { type: "string" } } };
const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

/**
 * Describes the answers to what is no route: OPTIONS to every path, the methods that a path lacks, and other paths. OpenAPI
 * has no word for the last two, so `x-other-methods` of each path and `x-other-paths` refer to them.
 */
export function describeOtherRequests(document: Document) {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [
    path,
    {
      ...item,
      options: describeOptions(item),
      "x-other-methods": { $ref: "#/components/responses/MethodNotAllowed" },
    },
  ]);
  const responses = {
    MethodNotAllowed: { ...describeEmpty("The path has other methods", ALLOW), content: PROBLEM },
    NotFound: { ...describeEmpty("There is nothing here"), content: PROBLEM },
  };
  return {
    ...document,
    paths: Object.fromEntries(paths) as object,
    components: { ...document.components, responses },
    "x-other-paths": { $ref: "#/components/responses/NotFound" },
  };
}

function describeOptions(item: object) {
  const [first] = Object.values(item) as { parameters?: readonly { in: string }[] }[];
  const parameters = first?.parameters?.filter((one) => one.in === "path") ?? [];
  const problems = Object.entries(describeOpenProblems()).map(([status, problem]) => [
    status,
    { ...problem, content: PROBLEM },
  ]);
  return {
    summary: "List the methods of the path",
    parameters,
    responses: { 204: describeEmpty("Without a body.", ALLOW), ...(Object.fromEntries(problems) as object) },
  };
}
