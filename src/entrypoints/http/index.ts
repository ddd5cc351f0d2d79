export {
  type Authorize,
  allowAll,
  bearerTokens,
  type Caller,
  type Permission,
  type Verdict,
} from "./authorize.js";
export type { DashboardAccess, OpenIdAccess } from "./dashboard-page.js";
export { type HttpApi, httpApi } from "./http-api.js";
export type { Admission, CorsOptions, HttpApiOptions } from "./options.js";
export { serveRenditions } from "./routes/serve-renditions.js";
export { type TicketFormOptions, takeTicketForms } from "./routes/take-ticket-forms.js";
export { type DashboardOptions, serveDashboard } from "./serve-dashboard.js";
