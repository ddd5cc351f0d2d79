/** What somebody may be allowed: to look, or to change. Neither includes the other. */
export type Permission = "read" | "write";

/** Whether a request may go on: it may, nobody knows who asks, or who asks may not. */
export type Verdict = "allowed" | "unauthenticated" | "forbidden";

/** Decides whether a request has a permission. `env` is what the platform knows beside it, such as the event of a Lambda function. */
export type Authorize = (
  request: Request,
  permission: Permission,
  env: unknown,
) => Verdict | Promise<Verdict>;

/** Everybody may do everything. Only for a server that nobody but its owner can reach, or when that is what is wanted. */
export function open(): Authorize {
  return () => "allowed";
}
