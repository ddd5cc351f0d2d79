import type { Duration } from "aws-cdk-lib";

/** The size of a function. */
export interface FunctionSize {
  /**
   * Memory in megabytes, 128 to 10,240. Lambda allots one vCPU per 1,769 MB.
   *
   * @default - depends on the function, see `ImagePipelineProps`
   */
  readonly memorySize?: number;
  /**
   * The time limit: at most 15 minutes, and 29 seconds for a function behind the API.
   *
   * @default - depends on the function, see `ImagePipelineProps`
   */
  readonly timeout?: Duration;
  /**
   * The most invocations at a time, which the account keeps for this function alone: a fuse for its costs. For `process`
   * it has to be at least `maxConcurrency` and that of tagging together. What is refused waits in the queue; callers of
   * the API get a 503.
   *
   * @default - as many as the account has
   */
  readonly reservedConcurrency?: number;
}
