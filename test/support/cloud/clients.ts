/** Whom the local cloud knows. */
export const ACCOUNT = { accessKeyId: "AKIALOCAL", secretAccessKey: "local-secret" };

/** Who signs with a key that the local cloud does not know. */
export const STRANGER = { accessKeyId: "AKIASTRANGER", secretAccessKey: "another-secret" };

/** Where the local cloud is. */
export const REGION = "eu-central-1";

/** The options of every SDK client in the tests; nothing is tried twice, so that a failure shows at once. */
export function createClientOptions(endpoint: string, credentials = ACCOUNT) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  return { endpoint, region: REGION, credentials, maxAttempts: 1 };
}

/** An address where nobody listens. */
export const NOWHERE = "http://127.0.0.1:1";
