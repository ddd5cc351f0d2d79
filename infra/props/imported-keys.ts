import type { IKey } from "aws-cdk-lib/aws-kms";

/** The KMS keys of resources that you pass. */
export interface ImportedKeys {
  /**
   * The key of `originals`.
   *
   * @default - the bucket's `encryptionKey`
   */
  readonly originals?: IKey;
  /**
   * The key of `renditions`. Its policy must let the distribution decrypt.
   *
   * @default - the bucket's `encryptionKey`
   */
  readonly renditions?: IKey;
  /**
   * The key of `table`.
   *
   * @default - the table's `encryptionKey`
   */
  readonly table?: IKey;
  /**
   * The key of the topic in `notifications`.
   *
   * @default - the topic's `masterKey`
   */
  readonly topic?: IKey;
  /**
   * The key of the secret in `cdn.signedUrls.privateKey`.
   *
   * @default - the secret's `encryptionKey`
   */
  readonly privateKey?: IKey;
}
