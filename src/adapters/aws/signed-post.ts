import { SafelightError } from "../../domain/model/errors.js";
import { signRequest } from "./sign-request.js";

/** The ends of the hosts where they are others than `amazonaws.com`, by partition. */
const DNS_SUFFIXES: Readonly<Record<string, string>> = {
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
};

/** A `POST` about one resource of a service. */
export interface SignedPost {
  /** The ARN of the resource, which tells where the service is. */
  readonly arn: string;
  /** As in ARNs, hosts and signatures, such as `lambda`. */
  readonly service: string;
  /** As people call it, for errors. */
  readonly title: string;
  readonly operation: string;
  /** Default `/`. */
  readonly path?: string;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds until a service that says nothing counts as away. */
const PATIENCE_MILLISECONDS = 5_000;

/**
 * Sends one request, signed with the credentials of the function: for a service of which one operation is used now and then, a
 * client of the SDK would be most of the bundle. `AWS_ENDPOINT_URL_...` in the environment says where a service is instead.
 * Throws `unavailable` where it does not answer.
 */
export async function sendSignedPost(
  { arn, service, title, operation, path = "/", headers: own, body }: SignedPost,
  environment: NodeJS.ProcessEnv,
): Promise<Response> {
  const [, partition = "aws", , region = ""] = arn.split(":");
  const suffix = DNS_SUFFIXES[partition] ?? "amazonaws.com";
  const variable = `AWS_ENDPOINT_URL_${title.toUpperCase().replaceAll(" ", "_")}`;
  const endpoint = environment[variable] || `https://${service}.${region}.${suffix}`;
  const { host } = new URL(endpoint);
  const headers = signRequest(
    { host, path, region, service, headers: own, body },
    {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: environment.AWS_SESSION_TOKEN,
      date: new Date(),
    },
  );
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  return fetch(new URL(path, endpoint), { method: "POST", headers, body, signal }).catch((cause: unknown) => {
    throw new SafelightError("unavailable", `${title} did not answer ${operation}; try again`, { cause });
  });
}
