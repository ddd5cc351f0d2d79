import { chooseFile } from "../http/choose-content-type.js";

/** A header of a request as CloudFront hands it to a function; several of one name are in `multiValue`. */
interface Header {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** The request of a viewer, as far as it matters here. Header names are in lower case. */
interface ViewerRequest {
  readonly method: string;
  uri: string;
  readonly headers: Readonly<Record<string, Header | undefined>>;
}

/**
 * CloudFront's function for the requests of viewers (runtime `cloudfront-js-2.0`). A path that stands for several formats
 * is rewritten to the path of the best one, before CloudFront looks into its caches: these have each file once, under
 * its own path. Every other request goes on as it came. Where `Accept` refuses all formats the answer is 406.
 */
export function handler(event: { readonly request: ViewerRequest }) {
  const request = event.request;
  if (request.method !== "GET" && request.method !== "HEAD") return request;
  const accept = readAccept(request.headers.accept);
  const chosen = chooseFile(request.uri, accept);
  if (!chosen) return request;
  if (chosen.key === undefined) return refuse(request.method, accept ?? "", chosen.offered);
  request.uri = chosen.key;
  return request;
}

/** Several headers of one name mean one with commas (RFC 9110, 5.3). */
function readAccept(header: Header | undefined): string | undefined {
  return header?.multiValue ? header.multiValue.map((one) => one.value).join(", ") : header?.value;
}

/** Problem details as the API writes them. The policy of response headers is for files, so all headers are here. */
function refuse(method: string, accept: string, offered: readonly string[]) {
  const problem = {
    type: "urn:safelight:problem:unsupported-format",
    title: "The content is not of an accepted format",
    status: 406,
    detail: `expected one of ${offered.join(", ")} for Accept but received ${JSON.stringify(accept.slice(0, 200))}`,
    code: "unsupported-format",
  };
  const answer = {
    statusCode: 406,
    statusDescription: "Not Acceptable",
    headers: {
      "content-type": { value: "application/problem+json" },
      "cache-control": { value: "no-store" },
      vary: { value: "Accept" },
      "access-control-allow-origin": { value: "*" },
      "x-content-type-options": { value: "nosniff" },
    },
  };
  if (method === "HEAD") return answer;
  return {
    statusCode: answer.statusCode,
    statusDescription: answer.statusDescription,
    headers: answer.headers,
    body: { encoding: "text", data: JSON.stringify(problem) },
  };
}
