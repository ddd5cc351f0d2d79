import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";

/** One alarm. */
export interface AlarmSpec {
  readonly id: string;
  /** The heading in docs/operating.md. */
  readonly heading: string;
  readonly sentence: string;
  readonly metric: IMetric;
  /** The alarm fires when the metric is above this for `periods` periods in a row. */
  readonly above: number;
  readonly periods: number;
  /** The metric is in us-east-1 only. */
  readonly global?: true;
}
