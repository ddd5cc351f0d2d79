/** Limits on what a pipeline may spend. */
export interface SpendingProps {
  /**
   * The most write units a second that the created table and each of its indexes take; beyond, requests are refused and
   * changes wait. An image takes about 8.
   *
   * @default - as many as the account has
   */
  readonly maxWriteUnits?: number;
  /**
   * The most read units a second that the created table and each of its indexes take.
   *
   * @default - as many as the account has
   */
  readonly maxReadUnits?: number;
  /**
   * A monthly budget of the whole account in US dollars. The recipients of `alarms` are notified at 80 % of it, and when
   * AWS forecasts more than it. A topic of your own has to let AWS Budgets publish.
   *
   * @default - no budget
   */
  readonly monthlyBudget?: number;
}
