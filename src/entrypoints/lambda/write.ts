import { apiFunction } from "./api-function.js";

/** Takes images in, issues tickets, and asks for processing and removal; the process function does what is asked for. */
export const handler = apiFunction("write");
