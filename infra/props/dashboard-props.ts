/**
 * A provider of OpenID Connect at which people sign in to the dashboard, by authorization code with PKCE. Its access tokens have
 * to be JWTs with the scopes that `api.authorization` names, by default `safelight/read` and `safelight/write`, and it has to
 * admit the page at `https://<the domain of the distribution>/`, also by CORS for its tokens.
 */
export interface OpenIdProvider {
  /** Its URL, below which it describes itself. */
  readonly issuer: string;
  /** The name of the page there: a public client, without a secret. */
  readonly clientId: string;
  /**
   * The audiences of its access tokens, any of which is enough.
   *
   * @default - `clientId`
   */
  readonly audience?: readonly string[];
  /**
   * The scopes that the page asks for beside `openid`, separated by spaces.
   *
   * @default - the scopes of reading and of writing
   */
  readonly scope?: string;
  /**
   * Origins other than that of `issuer` that hand out its tokens, such as `https://login.example`.
   *
   * @default - none
   */
  readonly origins?: readonly string[];
}
