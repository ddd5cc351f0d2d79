/** A request to the HTTP API. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The claims of the gateway's authorizer about the caller. */
  readonly authorizer?: object;
}

/** The answer of a function to the gateway. */
export interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as API Gateway hands it to a function (payload format 2.0). */
export function createApiEvent({ method, path, query = "", headers = {}, body, authorizer }: ApiRequest) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: "api.example",
      ...headers,
      ...(bytes && { "content-length": String(bytes.length) }),
    },
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      domainName: "api.example",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "request",
      routeKey: `${method} ${path}`,
      stage: "$default",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
      ...(authorizer && { authorizer }),
    },
    ...(bytes && { body: bytes.toString("base64") }),
    isBase64Encoded: bytes !== undefined,
  };
}
