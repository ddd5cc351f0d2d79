import { startStub } from "./http-stub.js";

/** An invocation that Lambda was asked for. */
export interface AskedInvocation {
  /** The name of the function. */
  readonly name: string;
  readonly payload: unknown;
}

/** Starts what the tests take for Lambda's own API: it takes whatever is to be invoked some time soon, and invokes nothing. */
export async function startInvocations() {
  const asked: AskedInvocation[] = [];
  const stub = await startStub(({ path, headers, body }) => {
    const [, name] = /^\/2015-03-31\/functions\/([\w-]+)\/invocations$/.exec(path) ?? [];
    const answer = { body: "", contentType: "application/json" };
    if (name === undefined || headers["x-amz-invocation-type"] !== "Event") return { ...answer, status: 400 };
    asked.push({ name, payload: JSON.parse(body) });
    return { ...answer, status: 202 };
  });
  return { ...stub, asked: (): readonly AskedInvocation[] => asked };
}
