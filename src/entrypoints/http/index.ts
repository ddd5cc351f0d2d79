export { type Authorize, open, type Permission, type Verdict } from "./authorize.js";
export { bearerTokens } from "./bearer-tokens.js";
export { type HttpApi, httpApi } from "./http-api.js";
export type { CorsOptions, HttpApiOptions } from "./options.js";
