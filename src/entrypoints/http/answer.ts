import type { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import { computeEtag, matchesEtag } from "./etag.js";

/** A response with JSON that a schema describes. */
type JsonResponse<Schema extends z.ZodType, Status extends 200 | 202> = Response &
  TypedResponse<z.output<Schema>, Status, "json">;

/** Answers with JSON. It does not compile if `value` is not what the schema describes. */
export function answer<Schema extends z.ZodType, Status extends 200 | 202>(
  c: Context,
  status: Status,
  _schema: Schema,
  value: z.input<Schema>,
  headers: Readonly<Record<string, string>> = {},
): JsonResponse<Schema, Status> {
  const text = JSON.stringify(value);
  const response: Response = c.body(text, status, { "content-type": "application/json", ...headers });
  return response as JsonResponse<Schema, Status>;
}

/**
 * Answers to a GET with JSON and its entity tag, or with 304 if the caller has it already. Only the caller may cache
 * it, and must revalidate it each time.
 */
export function answerConditionally<Schema extends z.ZodType>(
  c: Context,
  _schema: Schema,
  value: z.input<Schema>,
): Response {
  const text = JSON.stringify(value);
  const headers = { etag: computeEtag(text), "cache-control": "private, no-cache" };
  if (matchesEtag(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
  return c.body(text, 200, { "content-type": "application/json", ...headers });
}
