/** A running store that speaks S3, as the tests of `safelight/s3` need it. */
export interface S3StoreServer {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Makes an empty bucket; resolves to its name. */
  createBucket(): Promise<string>;
  /** Lets time pass for the store. Absent: it does not look at the time. */
  pass?(seconds: number): void;
  close(): Promise<void>;
}
