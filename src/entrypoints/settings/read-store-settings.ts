import type { SettingReader } from "../lambda/setting-reader.js";
import { type Settings as AwsSettings, BUCKET, collectSettings } from "../lambda/settings.js";
import { STORES } from "./limits.js";
import { VARIABLES } from "./variables.js";
import { isWebAddress } from "./web-addresses.js";

/** Where a process keeps what it keeps. */
export type StoreSettings = LocalStores | SharedStores | AwsStores;

/** A data directory of this machine. */
export interface LocalStores {
  readonly kind: "local";
  readonly dir: string;
  readonly publicUrl?: string;
}

/** Blobs in a store that speaks S3; records, queue and events on PostgreSQL. */
export interface SharedStores {
  readonly kind: "s3+postgres";
  readonly originals: string;
  readonly renditions: string;
  /** The URL that renditions lie below. */
  readonly baseUrl: string;
  /** Whether this is the server's own URL, which chooses by `Accept`. */
  readonly negotiates: boolean;
  readonly endpoint: string;
  /** Absent: uploads go to `endpoint`. */
  readonly uploadEndpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pathStyle: boolean;
  /** The capabilities that the store lacks. */
  readonly lacks: readonly string[];
  /** Absent: what the variables of PostgreSQL's own clients say. */
  readonly databaseUrl?: string;
  readonly schema?: string;
  readonly connections?: number;
}

/** Services of AWS. */
export interface AwsStores {
  readonly kind: "aws";
  readonly settings: AwsSettings;
}

/** The capabilities that a store may lack. */
const CAPABILITIES = ["forms", "bindsContentType", "bindsMetadata", "deletesBatches"];

/** The path that a server has its renditions at. */
const RENDITIONS_PATH = "/renditions";

/** Has `reader` read the settings of the stores that `SAFELIGHT_STORES` names; the caller throws what it found wrong. */
export function readStoreSettings(reader: SettingReader, publicUrl: string | undefined): StoreSettings {
  const kind = reader.readChoice(VARIABLES.stores, STORES) ?? "local";
  if (kind === "aws") return { kind, settings: collectSettings(reader) };
  if (kind === "s3+postgres") return readSharedStores(reader, publicUrl);
  const dir = reader.readOptional(VARIABLES.data, "the path of a directory", /./) ?? "./safelight-data";
  return { kind, dir, ...(publicUrl !== undefined && { publicUrl }) };
}

function readSharedStores(reader: SettingReader, publicUrl: string | undefined): SharedStores {
  const url = { test: isWebAddress };
  const originals = reader.readRequired(VARIABLES.originals, "the name of a bucket", BUCKET);
  const renditions = reader.readRequired(VARIABLES.renditions, "the name of a bucket", BUCKET);
  if (originals !== "" && originals === renditions)
    reader.refuse(VARIABLES.renditions, `another bucket than ${VARIABLES.originals}`);
  const renditionsUrl = reader.readOptional(
    VARIABLES.renditionsUrl,
    "a URL such as https://cdn.example",
    url,
  );
  if (renditionsUrl === undefined && publicUrl === undefined)
    reader.add(
      `expected a URL for ${VARIABLES.renditionsUrl}, or for ${VARIABLES.publicUrl} if the server serves the renditions, but received none`,
    );
  return {
    kind: "s3+postgres",
    originals,
    renditions,
    baseUrl: renditionsUrl ?? `${publicUrl?.replace(/\/+$/, "")}${RENDITIONS_PATH}`,
    negotiates: renditionsUrl === undefined,
    endpoint: reader.readRequired(VARIABLES.s3Endpoint, "a URL such as http://store:9000", url),
    uploadEndpoint: reader.readOptional(
      VARIABLES.s3UploadEndpoint,
      "a URL such as https://store.example",
      url,
    ),
    region: reader.readOptional(VARIABLES.s3Region, "a region such as eu-central-1", /^[\w-]+$/),
    credentials: readCredentials(reader),
    pathStyle: reader.readYesNo(VARIABLES.s3PathStyle) ?? true,
    lacks: reader.readList(
      VARIABLES.s3Lacks,
      `some of ${CAPABILITIES.join(", ")}, with commas between them,`,
      { test: (text) => CAPABILITIES.includes(text) },
    ),
    databaseUrl: reader.readSecret(
      VARIABLES.databaseUrl,
      "a URL such as postgresql://user:password@host/database",
      /^postgres(?:ql)?:\/\/./,
    ),
    schema: reader.readOptional(
      VARIABLES.databaseSchema,
      "1 to 40 characters of a-z 0-9 _ that do not begin with a digit",
      /^[a-z_][a-z0-9_]{0,39}$/,
    ),
    connections: reader.has(VARIABLES.databaseConnections)
      ? reader.readInteger(VARIABLES.databaseConnections, [3, 1_000], 10)
      : undefined,
  };
}

/** With half of it, requests would be signed by what the SDK happens to find: neither variable goes without the other. */
function readCredentials(reader: SettingReader): SharedStores["credentials"] {
  const { s3AccessKeyId, s3SecretAccessKey } = VARIABLES;
  if (!reader.has(s3AccessKeyId) && !reader.has(s3SecretAccessKey)) return undefined;
  const accessKeyId = reader.readRequired(s3AccessKeyId, "the id of an access key", /^\S+$/);
  const secretAccessKey = reader.readSecret(s3SecretAccessKey, "an access key", /^\S+$/);
  if (secretAccessKey === undefined)
    reader.add(`expected an access key for ${s3SecretAccessKey} beside ${s3AccessKeyId} but received none`);
  return { accessKeyId, secretAccessKey: secretAccessKey ?? "" };
}
