export { ApiError } from "./api-error.js";
export {
  type ApiStatus,
  type ListOptions,
  type ProcessOptions,
  type SafelightClient,
  safelightClient,
  type WaitOptions,
} from "./client.js";
export type { EraseOwnerOptions } from "./erase-owner.js";
export { explainFailure } from "./explain-failure.js";
export type { Change, EventsOptions, WatchOptions } from "./follow.js";
export { type PictureOptions, picture, type ShownImage, srcset } from "./markup.js";
export { placeholderDataUrl } from "./placeholder.js";
export type { Progress } from "./send-ticket.js";
export type { ClientOptions } from "./transport.js";
export type { UploadOptions } from "./upload.js";
