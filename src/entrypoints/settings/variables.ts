import { VARIABLES as AWS_VARIABLES } from "../lambda/settings.js";

/** The environment variables of `safelight serve` and `safelight work`, by what they hold. */
export const VARIABLES = {
  /** A file with settings, one `NAME=value` a line, for what the environment does not name. */
  settings: "SAFELIGHT_SETTINGS",
  /** `local`, `s3+postgres` or `aws`. */
  stores: "SAFELIGHT_STORES",
  /** The configuration file of the pipeline. */
  config: "SAFELIGHT_CONFIG",
  /** Images processed at the same time, 1 to 64. */
  concurrency: "SAFELIGHT_CONCURRENCY",
  /** `debug`, `info`, `warn` or `error`. */
  log: "SAFELIGHT_LOG",
  /** The address to listen on. */
  host: "SAFELIGHT_HOST",
  /** The port to listen on; 0 for any free port. */
  port: "SAFELIGHT_PORT",
  /** The URL at which clients reach the server. */
  publicUrl: "SAFELIGHT_PUBLIC_URL",
  /** Origins of web pages that may use the API, with commas between them. */
  cors: "SAFELIGHT_CORS",
  /** Most images that may wait to be processed. */
  maxWaiting: "SAFELIGHT_MAX_WAITING",
  /** `yes` or `no`: whether the dashboard is served. */
  dashboard: "SAFELIGHT_DASHBOARD",
  /** `yes` or `no`: whether the server also processes images. */
  work: "SAFELIGHT_WORK",
  /** A folder whose images are processed and followed; only with `local`. */
  watch: "SAFELIGHT_WATCH",
  /** The token of the callers of the API. */
  token: "SAFELIGHT_TOKEN",
  /** Seconds that a process which is to stop may take to finish what it has in hand, 0 to 3,600. */
  stopSeconds: "SAFELIGHT_STOP_SECONDS",
  /** `opentelemetry`: metrics and traces go to the SDK that the process has registered. */
  telemetry: "SAFELIGHT_TELEMETRY",
  /** The data directory; only with `local`. */
  data: "SAFELIGHT_DATA",
  /** The bucket of the originals. */
  originals: AWS_VARIABLES.originals,
  /** The bucket of the renditions. */
  renditions: AWS_VARIABLES.renditions,
  /** The URL that renditions lie below. Left out: the server's own, `<public URL>/renditions`. */
  renditionsUrl: "SAFELIGHT_RENDITIONS_URL",
  /** The URL of the store's S3 interface. */
  s3Endpoint: "SAFELIGHT_S3_ENDPOINT",
  /** The URL of the store's S3 interface for those who upload directly. Left out: the same one. */
  s3UploadEndpoint: "SAFELIGHT_S3_UPLOAD_ENDPOINT",
  /** The region that requests are signed for. */
  s3Region: "SAFELIGHT_S3_REGION",
  /** The id of the store's access key; needs the key as well. Left out: what the SDK finds. */
  s3AccessKeyId: "SAFELIGHT_S3_ACCESS_KEY_ID",
  /** The store's access key. */
  s3SecretAccessKey: "SAFELIGHT_S3_SECRET_ACCESS_KEY",
  /** `no` if a bucket is a part of the host name. */
  s3PathStyle: "SAFELIGHT_S3_PATH_STYLE",
  /** The capabilities that the store lacks, with commas between them. */
  s3Lacks: "SAFELIGHT_S3_LACKS",
  /** The URL of the database. Left out: what `PGHOST`, `PGUSER` and so on say. */
  databaseUrl: "SAFELIGHT_DATABASE_URL",
  /** The schema of the database. */
  databaseSchema: "SAFELIGHT_DATABASE_SCHEMA",
  /** Most connections to the database, 3 to 1,000. */
  databaseConnections: "SAFELIGHT_DATABASE_CONNECTIONS",
} as const;

/** The names of all settings, of every kind of stores. */
export const SETTING_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(VARIABLES),
  ...Object.values(AWS_VARIABLES),
]);
