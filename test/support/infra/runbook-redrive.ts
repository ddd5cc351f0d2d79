import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ACCOUNT, REGION } from "../cloud/clients.js";
import { findBlocks } from "../documents.js";
import { ROOT } from "../repository.js";

/** Sends dead letters back by the program in the runbook, as it stands there; resolves to its last line. */
export async function redriveByRunbook(
  endpoint: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string | undefined> {
  const program = findBlocks("js").find(
    ({ code, where }) => where.includes("operating.md") && code.includes("ReceiveMessageCommand"),
  );
  if (!program) throw new Error("docs/operating.md has no program that sends dead letters back");
  // Below the packages that it imports.
  mkdirSync(join(ROOT, "node_modules", ".cache"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "node_modules", ".cache", "safelight-redrive-"));
  try {
    writeFileSync(join(folder, "redrive.mjs"), program.code);
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "redrive.mjs"), from, to], {
      env: {
        ...process.env,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ACCOUNT.secretAccessKey,
        AWS_ENDPOINT_URL_SQS: endpoint,
      },
    });
    return stdout.trim().split("\n").at(-1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
