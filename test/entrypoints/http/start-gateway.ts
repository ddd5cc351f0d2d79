import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { RunningFunction } from "../../support/lambda/function.js";

/** The answer of a function in payload format 2.0. */
interface FunctionAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** The functions behind the gateway. */
export interface Functions {
  readonly read: RunningFunction;
  readonly write: RunningFunction;
}

/** The gateway's authorizer: its claims about a request; `undefined` if the routes have no authorizer. */
export type Authorizer = (authorization: string | undefined) => object | undefined;

/** Bodies above this are refused by an HTTP API itself. */
const MAX_BODY = 10_000_000;

/**
 * Starts a stand-in for an API Gateway HTTP API with payload format 2.0: GET goes to the function
 * that reads, everything else to the one that writes.
 */
export async function startGateway(functions: Functions, authorize: Authorizer = () => undefined) {
  const server = createServer((message, response) => {
    answerRequest(message)
      .then(({ statusCode, headers, body, isBase64Encoded }) => {
        response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
      })
      .catch(() => response.writeHead(500).end('{"message":"Internal Server Error"}'));
  });

  async function answerRequest(message: IncomingMessage): Promise<FunctionAnswer> {
    const body = await buffer(message);
    if (body.length > MAX_BODY) return toGatewayAnswer(413, "Request Too Long");
    const { read, write } = functions;
    const target = message.method === "GET" || message.method === "HEAD" ? read : write;
    return (await target.invoke(toEvent(message, body))) as FunctionAnswer;
  }

  function toEvent(message: IncomingMessage, body: Buffer) {
    const { method = "GET", url = "/" } = message;
    const [path = "/", ...query] = url.split("?");
    const authorizer = authorize(message.headers.authorization);
    const type = message.headers["content-type"] ?? "";
    const isText = /^text\/|^application\/(?:json|javascript|xml)/.test(type);
    return {
      version: "2.0",
      routeKey: "$default",
      rawPath: path,
      rawQueryString: query.join("?"),
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(",") : value,
        ]),
      ),
      requestContext: {
        accountId: "000000000000",
        apiId: "api",
        domainName: "api.example",
        domainPrefix: "api",
        http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
        requestId: "gateway-request",
        routeKey: "$default",
        stage: "$default",
        time: "21/Nov/2026:11:00:00 +0000",
        timeEpoch: 1_795_258_800_000,
        ...(authorizer && { authorizer }),
      },
      ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
      isBase64Encoded: body.length > 0 && !isText,
    };
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function toGatewayAnswer(statusCode: number, message: string): FunctionAnswer {
  const headers = { "content-type": "application/json" };
  return { statusCode, headers, body: JSON.stringify({ message }), isBase64Encoded: false };
}
