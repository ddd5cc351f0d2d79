import { Aws, Names } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** CloudFront takes no longer one for access to an origin. */
const MAX_LENGTH = 64;

/** No region has a longer name: `ap-northeast-1`. */
const REGION_LENGTH = 14;

/**
 * The name of `id` in `scope` where a service has one set of names for all regions of an account: with its own, two
 * stacks of one name in two regions are not in each other's way.
 */
export function formatGlobalName(scope: Construct, id: string): string {
  const maxLength = MAX_LENGTH - REGION_LENGTH - id.length - 1;
  return `${Names.uniqueResourceName(scope, { maxLength })}${id}-${Aws.REGION}`;
}
