import { AWS_FAMILY } from "./aws.js";
import { LOCAL_FAMILY } from "./local.js";
import { MEMORY_FAMILY } from "./memory.js";
import { S3_POSTGRES_FAMILY } from "./s3-postgres.js";

/** The families of this package, as they declare themselves where their contracts are run. */
export const FAMILIES = [MEMORY_FAMILY, LOCAL_FAMILY, AWS_FAMILY, S3_POSTGRES_FAMILY] as const;
