import { apiFunction } from "./api-function.js";

/** Answers what is only looked at: records, listings and the way to renditions. Its role needs to change nothing. */
export const handler = apiFunction("read");
