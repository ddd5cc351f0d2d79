import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { readProcessSettings } from "../../../src/entrypoints/settings/read-process-settings.js";
import { SETTING_NAMES, VARIABLES } from "../../../src/entrypoints/settings/variables.js";

/** Settings of stores that several processes share, complete. */
const SHARED: Readonly<Record<string, string>> = {
  SAFELIGHT_STORES: "s3+postgres",
  SAFELIGHT_ORIGINALS_BUCKET: "originals",
  SAFELIGHT_RENDITIONS_BUCKET: "renditions",
  SAFELIGHT_S3_ENDPOINT: "http://store:9000",
  SAFELIGHT_PUBLIC_URL: "https://images.example/api/",
};

/** Values that no setting of this name may have. */
const WRONG: Readonly<Record<string, string>> = {
  SAFELIGHT_ORIGINALS_BUCKET: "A bucket",
  SAFELIGHT_RENDITIONS_BUCKET: "Renditions",
  SAFELIGHT_S3_ENDPOINT: "store:9000",
  SAFELIGHT_S3_UPLOAD_ENDPOINT: "ftp://store",
  SAFELIGHT_S3_PATH_STYLE: "maybe",
  SAFELIGHT_S3_LACKS: "forms,,",
  SAFELIGHT_DATABASE_URL: "https://host",
  SAFELIGHT_DATABASE_SCHEMA: "1st",
  SAFELIGHT_DATABASE_CONNECTIONS: "2",
  SAFELIGHT_RENDITIONS_URL: "images.example",
  SAFELIGHT_PORT: "65536",
  SAFELIGHT_CONCURRENCY: "0",
  SAFELIGHT_LOG: "loud",
  SAFELIGHT_CORS: "https://app.example/",
  SAFELIGHT_MAX_WAITING: "-1",
  SAFELIGHT_DASHBOARD: "true",
  SAFELIGHT_WORK: "1",
  SAFELIGHT_TOKEN: "secret",
  SAFELIGHT_STOP_SECONDS: "forever",
  SAFELIGHT_WATCH: "folder",
  SAFELIGHT_TELEMETRY: "statsd",
};

function refuse(variables: NodeJS.ProcessEnv): string {
  try {
    readProcessSettings(variables);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

describe("the settings of a process", () => {
  it("name everything that is wrong, and nothing else", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(WRONG), { minLength: 1 }), (names) => {
        const wrong = Object.fromEntries(names.map((name) => [name, WRONG[name]]));
        const message = refuse({ ...SHARED, ...wrong });
        const named = message.split("; ").map((sentence) => / for (SAFELIGHT_\w+) /.exec(sentence)?.[1]);
        expect(named.sort()).toEqual([...names].sort());
        expect(message).not.toContain("secret");
      }),
    );
  });

  it("name everything that is missing", () => {
    const message = refuse({ SAFELIGHT_STORES: "s3+postgres" });
    for (const name of Object.keys(SHARED).slice(1, 4))
      expect(message).toContain(`for ${name} but received none`);
    expect(message).toMatch(/SAFELIGHT_RENDITIONS_URL, or for SAFELIGHT_PUBLIC_URL/);
    expect(refuse({ SAFELIGHT_STORES: "aws" })).toContain("the URL of a queue for SAFELIGHT_QUEUE_URL");
    expect(refuse({ SAFELIGHT_STORES: "azure" })).toBe(
      'expected local, s3+postgres or aws for SAFELIGHT_STORES but received "azure"',
    );
  });

  it("have a bucket for originals and another one for renditions", () => {
    expect(refuse({ ...SHARED, SAFELIGHT_RENDITIONS_BUCKET: "originals" })).toBe(
      'expected another bucket than SAFELIGHT_ORIGINALS_BUCKET for SAFELIGHT_RENDITIONS_BUCKET but received "originals"',
    );
  });

  it("have defaults for a data directory", () => {
    expect(readProcessSettings({})).toMatchObject({
      stores: { kind: "local", dir: "./safelight-data" },
      host: "127.0.0.1",
      work: true,
      stopMilliseconds: 25_000,
    });
    expect(readProcessSettings({}).port).toBeUndefined();
  });

  it("have renditions at the server, which chooses by Accept, or where they are said to be", () => {
    expect(readProcessSettings(SHARED).stores).toMatchObject({
      baseUrl: "https://images.example/api/renditions",
      negotiates: true,
    });
    const elsewhere = { ...SHARED, SAFELIGHT_RENDITIONS_URL: "https://cdn.example" };
    expect(readProcessSettings(elsewhere).stores).toMatchObject({
      baseUrl: "https://cdn.example",
      negotiates: false,
    });
  });

  it("take neither half of a key pair alone", () => {
    for (const name of [VARIABLES.s3AccessKeyId, VARIABLES.s3SecretAccessKey])
      expect(refuse({ ...SHARED, [name]: "one-half" })).toMatch(
        /^expected [^;]+ SAFELIGHT_S3_[^;]+ but received none$/,
      );
  });

  it("are known by their names", () => {
    for (const name of [...Object.keys(SHARED), ...Object.keys(WRONG)]) expect(SETTING_NAMES).toContain(name);
  });
});
