import type { ValidateFunction } from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type DescribedResponse, findResponses, type OpenApiDocument, type Schema } from "./document.js";

/** Headers that HTTP, the browser's protection or CORS have on any answer: the document does not repeat them. */
const GENERAL =
  /^(?:content-(?:type|length|security-policy)|cache-control|x-content-type-options|access-control-.*|vary)$/;

/** Sentences that show their machinery: words of a library, or a value that is none. */
const GARBLED = /Invalid (?:input|string|option)|expected expected|undefined|\[object|received "nothing"/;

/** Checks answers against an OpenAPI document. */
export class AnswerChecker {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020.default({ strict: false, allErrors: true });
  readonly #schemas: object;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addFormat("binary", true);
    // What an answer holds beside its description is not described.
    this.#schemas = closeObjects(document.components) as object;
  }

  /** Lists everything about an answer that the document does not say. */
  async findFaults(method: string, path: string, answer: Response): Promise<readonly string[]> {
    const found = findResponses(this.#document, method, path)[answer.status];
    if (!found) return [`the status ${answer.status} is not described: ${await answer.text()}`];
    const described = this.#resolve(found);
    return [...this.#checkHeaders(answer, described), ...(await this.#checkBody(method, answer, described))];
  }

  #resolve({ $ref, ...response }: DescribedResponse): DescribedResponse {
    if ($ref === undefined) return response;
    return this.#document.components.responses[$ref.slice("#/components/responses/".length)] ?? {};
  }

  #checkHeaders({ headers }: Response, { headers: described = {} }: DescribedResponse): readonly string[] {
    const names = new Set(Object.keys(described).map((name) => name.toLowerCase()));
    const unknown = [...headers.keys()].filter((name) => !names.has(name) && !GENERAL.test(name));
    const wrong = Object.entries(described).flatMap(([name, { required, schema }]) => {
      const value = headers.get(name);
      if (value === null) return required ? [`the header ${name} is missing`] : [];
      const isNumber = schema.type === "integer";
      return this.#listMismatches(schema, isNumber ? Number(value) : value, `the header ${name}`);
    });
    return [...unknown.map((name) => `the header ${name} is not described`), ...wrong];
  }

  async #checkBody(method: string, answer: Response, { content = {} }: DescribedResponse) {
    const bytes = Buffer.from(await answer.arrayBuffer());
    const types = Object.keys(content);
    if (method === "HEAD") return bytes.length === 0 ? [] : ["HEAD has a body"];
    if (types.length === 0) return bytes.length === 0 ? [] : ["the body is not described"];
    const sent = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
    const type = types.find(
      (one) => one === sent || (one.endsWith("/*") && sent.startsWith(one.slice(0, -1))),
    );
    if (type === undefined) return [`the content type ${sent} is not described`];
    if (!type.endsWith("json")) return [];
    const value = JSON.parse(bytes.toString("utf8")) as unknown;
    const faults = this.#listMismatches(content[type]?.schema ?? {}, value, "the body");
    return type === "application/problem+json"
      ? [...faults, ...checkProblem(answer, value as Problem)]
      : faults;
  }

  #listMismatches(schema: Schema, value: unknown, name: string): readonly string[] {
    const text = JSON.stringify(schema);
    const checkValue =
      this.#validators.get(text) ??
      this.#ajv.compile({ ...(closeObjects(schema) as object), components: this.#schemas });
    this.#validators.set(text, checkValue);
    return checkValue(value) ? [] : [`${name}: ${this.#ajv.errorsText(checkValue.errors)}`];
  }
}

interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
}

function checkProblem({ status, headers }: Response, problem: Problem): readonly string[] {
  return [
    ...(problem.status === status ? [] : [`the problem's status is ${problem.status}`]),
    ...(problem.requestId === headers.get("x-request-id") ? [] : ["the problem has another request id"]),
    ...(GARBLED.test(problem.detail) ? [`the sentence is garbled: ${problem.detail}`] : []),
  ];
}

/** The schema, with objects that have no other properties than the described ones. */
function closeObjects(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closeObjects);
  const closed = Object.fromEntries(
    Object.entries(schema).map(([name, inner]) => [name, closeObjects(inner)]),
  );
  const isObject = typeof closed.properties === "object" && "type" in closed;
  return isObject ? { additionalProperties: false, ...closed } : closed;
}
