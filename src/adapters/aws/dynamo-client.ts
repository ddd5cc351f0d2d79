import type {
  BatchGetItemCommand,
  BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  BatchWriteItemCommandOutput,
  DeleteItemCommand,
  DeleteItemCommandOutput,
  GetItemCommand,
  GetItemCommandOutput,
  PutItemCommand,
  PutItemCommandOutput,
  QueryCommand,
  QueryCommandOutput,
  ScanCommand,
  ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { SdkCallOptions } from "../s3/sdk-errors.js";

/** The part of a `DynamoDBClient` that a metadata repository uses. */
export interface RecordsClient {
  send(command: GetItemCommand, options?: SdkCallOptions): Promise<GetItemCommandOutput>;
  send(command: PutItemCommand, options?: SdkCallOptions): Promise<PutItemCommandOutput>;
  send(command: DeleteItemCommand, options?: SdkCallOptions): Promise<DeleteItemCommandOutput>;
  send(command: QueryCommand, options?: SdkCallOptions): Promise<QueryCommandOutput>;
  send(command: ScanCommand, options?: SdkCallOptions): Promise<ScanCommandOutput>;
  send(command: BatchGetItemCommand, options?: SdkCallOptions): Promise<BatchGetItemCommandOutput>;
  send(command: BatchWriteItemCommand, options?: SdkCallOptions): Promise<BatchWriteItemCommandOutput>;
}

/** A table and the client that reaches it. */
export interface RecordsTable {
  readonly client: RecordsClient;
  readonly name: string;
}
