import { RemovalPolicy } from "aws-cdk-lib";

/** Whether data outlives the stack. */
export interface Retention {
  readonly removalPolicy: RemovalPolicy;
  /** Whether data is held against mistakes: the table cannot be deleted, and what is deleted can be had back. */
  readonly protects: boolean;
}

/** `production` keeps everything, `development` cleans up after itself. */
export function toRetention(kind: "production" | "development" = "production"): Retention {
  const protects = kind === "production";
  return { protects, removalPolicy: protects ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY };
}
