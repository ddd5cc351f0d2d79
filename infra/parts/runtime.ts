import { Runtime } from "aws-cdk-lib/aws-lambda";

/** What the bundles are built for (`scripts/build-lambda.mjs`). */
export const RUNTIME = Runtime.NODEJS_24_X;
