import { AttributeType, BillingMode, ProjectionType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { LISTING, LISTING_BY_STATUS, TIME_TO_LIVE } from "../../src/adapters/aws/records-layout.js";
import type { SpendingProps } from "../props/spending-props.js";
import type { Retention } from "./retention.js";

/** The indexes that listings are read from. */
export const INDEXES = [LISTING, LISTING_BY_STATUS];

/** The table of the records, with an index for each kind of listing. It is billed by request, so it needs no sizing. */
export function createRecordsTable(
  scope: Construct,
  { retention, spending = {} }: { readonly retention: Retention; readonly spending?: SpendingProps },
): Table {
  const { maxWriteUnits, maxReadUnits } = spending;
  const limits = {
    ...(maxWriteUnits !== undefined && { maxWriteRequestUnits: maxWriteUnits }),
    ...(maxReadUnits !== undefined && { maxReadRequestUnits: maxReadUnits }),
  };
  const toAttribute = (name: string) => ({ name, type: AttributeType.STRING });
  const table = new Table(scope, "ImageMetadata", {
    partitionKey: toAttribute("imageId"),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...limits,
    timeToLiveAttribute: TIME_TO_LIVE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: retention.protects,
    removalPolicy: retention.protectedRemovalPolicy,
  });
  for (const { index, partitionKey, sortKey } of INDEXES)
    table.addGlobalSecondaryIndex({
      indexName: index,
      partitionKey: toAttribute(partitionKey),
      sortKey: toAttribute(sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
      ...limits,
    });
  return table;
}
