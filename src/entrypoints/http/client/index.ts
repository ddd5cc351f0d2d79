export { ApiError } from "./api-error.js";
export { type ClientOptions, type ListOptions, type SafelightClient, safelightClient } from "./client.js";
export type { Progress } from "./send-ticket.js";
export type { UploadOptions } from "./upload.js";
