import { createApiHandler } from "./api-handler.js";

/** Answers what is only looked at: records, listings and the way to renditions. Its role needs to change nothing. */
export const handler = createApiHandler("read");
