import { postgresModule } from "safelight/container";
import { s3Module } from "safelight/container/s3";
import { openOn } from "./open-on.js";

const { SAFELIGHT_S3_ENDPOINT: endpoint = "", SAFELIGHT_DATABASE_URL: connectionString } = process.env;
const { SAFELIGHT_DATABASE_SCHEMA: schema } = process.env;

// Credentials of the store come from the environment.
export const open = () =>
  openOn((baseUrl) => [
    s3Module({ client: { endpoint }, originals: "originals", renditions: "renditions", baseUrl }),
    postgresModule({ connectionString, schema }),
  ]);
