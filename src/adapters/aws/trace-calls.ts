/** A call of a service, by the names in AWS's own documents. */
export interface TracedCall {
  /** Such as `S3`. */
  readonly service: string;
  /** Such as `GetObject`. */
  readonly operation: string;
}

/** Does `send`, which sends the call and tries it again as the SDK does, and notes how long that took and whether it failed. */
export type TraceCall = <Output>(call: TracedCall, send: () => Promise<Output>) => Promise<Output>;

/** The part of an SDK client that tracing uses; its type is another one for each client. */
export interface TraceableClient {
  readonly middlewareStack: object;
}

/** A client's middleware as far as it is the same for all clients. */
interface MiddlewareStack {
  add(
    middleware: (
      next: (args: unknown) => Promise<unknown>,
      context: { readonly clientName?: string; readonly commandName?: string },
    ) => (args: unknown) => Promise<unknown>,
    options: { readonly step: "initialize"; readonly priority: "high"; readonly name: string },
  ): void;
}

/** Has every call of a client go through `trace`, and returns the client. */
export function traceCalls<Client extends TraceableClient>(
  client: Client,
  trace: TraceCall | undefined,
): Client {
  if (!trace) return client;
  (client.middlewareStack as MiddlewareStack).add(
    (next, { clientName = "", commandName = "" }) =>
      (args) =>
        trace(
          { service: clientName.replace(/Client$/, ""), operation: commandName.replace(/Command$/, "") },
          () => next(args),
        ),
    { step: "initialize", priority: "high", name: "traceCall" },
  );
  return client;
}
