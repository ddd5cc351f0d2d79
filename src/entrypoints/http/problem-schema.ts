import { z } from "@hono/zod-openapi";
import type { ErrorCode } from "../../domain/model/errors.js";
import { HTTP_STATUS } from "./problem.js";

/** The code of a problem. */
export const problemCode = z.enum(Object.keys(HTTP_STATUS) as ErrorCode[]);

/** Problem details of RFC 9457. */
export const problem = z
  .object({
    type: z.string().openapi({ example: "urn:safelight:problem:not-found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "One sentence for people. Programs act on the code." }),
    code: problemCode,
    requestId: z.string(),
  })
  .openapi("Problem");
