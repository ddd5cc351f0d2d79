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
} from "@aws-sdk/client-dynamodb";

/** What a call may be cancelled by. */
interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** The part of a `DynamoDBClient` that a metadata repository uses. */
export interface RecordsClient {
  send(command: GetItemCommand, options?: CallOptions): Promise<GetItemCommandOutput>;
  send(command: PutItemCommand, options?: CallOptions): Promise<PutItemCommandOutput>;
  send(command: DeleteItemCommand, options?: CallOptions): Promise<DeleteItemCommandOutput>;
  send(command: QueryCommand, options?: CallOptions): Promise<QueryCommandOutput>;
  send(command: BatchGetItemCommand, options?: CallOptions): Promise<BatchGetItemCommandOutput>;
  send(command: BatchWriteItemCommand, options?: CallOptions): Promise<BatchWriteItemCommandOutput>;
}

/** A table and the client that reaches it. */
export interface RecordsTable {
  readonly client: RecordsClient;
  readonly name: string;
}
