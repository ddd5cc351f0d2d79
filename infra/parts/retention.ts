import { RemovalPolicy } from "aws-cdk-lib";

/** Whether data outlives the stack. */
export interface Retention {
  readonly removalPolicy: RemovalPolicy;
  /** Of what is itself protected against deletion. */
  readonly protectedRemovalPolicy: RemovalPolicy;
  /** Whether data is held against mistakes: the table cannot be deleted, and what is deleted can be had back. */
  readonly protects: boolean;
}

/**
 * `production` keeps everything that the stack had once it stood, `development` cleans up after itself. A creation that
 * fails leaves nothing that would be in the way of the next one. Only the protected table stays even then: it has no
 * name that anybody needs, and a rollback that cannot delete it would fail itself.
 */
export function toRetention(kind: "production" | "development" = "production"): Retention {
  const protects = kind === "production";
  const [removalPolicy, protectedRemovalPolicy] = protects
    ? [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.RETAIN]
    : [RemovalPolicy.DESTROY, RemovalPolicy.DESTROY];
  return { protects, removalPolicy, protectedRemovalPolicy };
}
