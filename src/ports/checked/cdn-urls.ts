import { invalidInput } from "../../domain/model/errors.js";
import { originalKey } from "../../domain/model/original-key.js";
import type { CdnUrls } from "../cdn-urls.js";
import { defineGuard } from "./define-guard.js";

/** CDN URLs behind the checks of their port: keys are such as a URL can name. See {@link defineGuard}. */
export const guardCdnUrls = defineGuard<CdnUrls>({
  getUrl: checkNameable,
  invalidate: (keys) => keys.forEach(checkNameable),
});

/** Every URL parser resolves a segment `.` or `..` away, its escaped form included. */
function checkNameable(key: string): void {
  if (
    originalKey(key)
      .split("/")
      .some((segment) => segment === "." || segment === "..")
  )
    throw invalidInput("a key without a segment . or ..", "renditionKey", key);
}
