declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  /** The part of the package that the tests use; it has no types of its own. */
  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly callback: () => (request: IncomingMessage, response: ServerResponse) => void;
  }
}
