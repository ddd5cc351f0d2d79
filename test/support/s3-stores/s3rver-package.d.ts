/** The part of the store's own interface that the tests use; the package has no types. */
declare module "@20minutes/s3rver" {
  import type { Server } from "node:http";
  import type { AddressInfo } from "node:net";

  export default class S3rver {
    constructor(options: {
      readonly address: string;
      readonly port: number;
      readonly silent: boolean;
      readonly directory: string;
      readonly allowMismatchedSignatures: boolean;
      readonly configureBuckets?: readonly { readonly name: string }[];
    });
    readonly httpServer: Server;
    _configureBuckets: readonly { readonly name: string }[];
    run(): Promise<AddressInfo>;
    configureBuckets(): Promise<unknown>;
    close(): Promise<void>;
  }
}
