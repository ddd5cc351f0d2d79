/** A schema of the document; only the words that requests of the API are described with. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
  /** Whether its value may have slashes, which OpenAPI has no word for. */
  readonly "x-multi-segment"?: boolean;
}

/** One answer. */
export interface DescribedResponse {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

/** One method of one path. */
export interface Operation extends Pick<DescribedResponse, "$ref"> {
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

/** The OpenAPI document of the API. */
export interface OpenApiDocument {
  /** Operations by path and method; beside them, `x-other-methods` has the answer to all other methods. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, DescribedResponse>>;
  };
  readonly "x-other-paths": DescribedResponse;
}

/** An operation with its place in the document. */
export interface PlacedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Lists every operation of the document. */
export function listOperations(document: OpenApiDocument): readonly PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => !method.startsWith("x-"))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Finds the answers that the document describes for a request: by status, or one for all. */
export function findResponses(
  document: OpenApiDocument,
  method: string,
  path: string,
): Readonly<Record<string, DescribedResponse>> {
  const template = Object.keys(document.paths).find((one) => matchesTemplate(document, one, path));
  if (template === undefined) return { 404: document["x-other-paths"] };
  const item = document.paths[template];
  const operation = item?.[method.toLowerCase()] ?? (method === "HEAD" ? item?.get : undefined);
  return operation?.responses ?? { 405: item?.["x-other-methods"] as DescribedResponse };
}

function matchesTemplate(document: OpenApiDocument, template: string, path: string): boolean {
  const isOpen = Object.values(document.paths[template] ?? {}).some(({ parameters = [] }) =>
    parameters.some((one: Parameter) => one["x-multi-segment"]),
  );
  const pattern = template.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, isOpen ? ".*" : "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}
