import { Runtime } from "aws-cdk-lib/aws-lambda";

/** The runtime that the bundles are built for (`scripts/build-lambda.mjs`). */
export const RUNTIME = Runtime.NODEJS_24_X;
