export {
  type Authorize,
  bearerTokens,
  type Caller,
  open,
  type Permission,
  type Verdict,
} from "./authorize.js";
export { type HttpApi, httpApi } from "./http-api.js";
export type { CorsOptions, HttpApiOptions } from "./options.js";
