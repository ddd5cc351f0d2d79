/** Properties of scheduled reconciling. */
export interface ReconcileProps {
  /** When to compare: an expression of EventBridge such as `rate(1 day)` or `cron(0 3 * * ? *)`, in UTC. */
  readonly schedule: string;
  /**
   * The most requests that are sent in a second.
   *
   * @default 20
   */
  readonly rate?: number;
}
