import { createApiHandler } from "./api-handler.js";

/** Takes images in, issues tickets, edits, and requests processing and removal; the process function does what is requested. */
export const handler = createApiHandler("write");
