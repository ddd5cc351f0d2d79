import type { CallOptions } from "../../ports/call-options.js";
import { DAMAGE_KINDS, type Diagnosis, type Finding, identifyFinding } from "../model/finding.js";
import { compareStores, listSuspects, type Suspect } from "./compare-stores.js";
import type { Examination } from "./examine-image.js";
import { openHeapNotes } from "./heap-notes.js";
import { explainFailure, lookAtSuspect, type Watch } from "./look-at-suspect.js";
import type { Needs } from "./ports.js";
import {
  assertDeployed,
  type DeploymentOptions,
  type DeploymentPorts,
  publishDeployment,
} from "./publish-deployment.js";
import { repairImage } from "./repair-image.js";
import type { SettlePorts } from "./settle-change.js";
import { drainQueue } from "./work-queue.js";

/** How thoroughly to look, and whether to repair. */
export interface DoctorOptions extends DeploymentOptions {
  /** Whether to repair what is found. Default false. */
  readonly repair?: boolean;
  /**
   * In milliseconds: anything younger may be the work of a running handler, and is left alone. Default one
   * hour, longer than any handler lives. Give 0 only when nothing else uses the same stores.
   */
  readonly graceMs?: number;
  /** Called for each file among the renditions whose name no image has: somebody else put it there, and it is left alone. */
  readonly onStrayFile?: (key: string) => void;
}

/** Longer than a function may run and than a local change stays with one receiver. */
export const GRACE = 60 * 60 * 1_000;

/**
 * Finds damage in all images and repairs it. Resolves to everything that is wrong and what became of it. One image that
 * cannot be read or repaired keeps no other from it. Throws what the stores throw when they are away, and before a repair
 * `conflict` where the configuration or the engine at hand is not that of the deployment.
 */
export async function doctorImages(
  ports: SettlePorts & DeploymentPorts & Needs<"openNotes">,
  { repair = false, graceMs = GRACE, onStrayFile, signal, ...deployed }: DoctorOptions = {},
): Promise<readonly Diagnosis[]> {
  if (repair) await assertDeployed(ports, { ...deployed, signal });
  if (repair && deployed.newDeployment && !deployed.deployment) await publishDeployment(ports, { signal });
  const diagnoses: Diagnosis[] = [];
  const now = ports.clock();
  const comparison = { now, restingSince: new Date(now.getTime() - graceMs), kinds: new Set(DAMAGE_KINDS) };
  // A queued change says more than a look can, and for some tombstones it is the only sign.
  if (repair) await drainQueue(ports, { signal });
  const [looks, repairs] = [{ failures: 0 }, { failures: 0 }];
  const notes = await (ports.openNotes ?? openHeapNotes)();
  try {
    await compareStores(ports, { ...comparison, notes, onStrayFile, signal });
    for await (const suspect of listSuspects({ notes })) {
      signal?.throwIfAborted();
      const { look, problem } = await lookAtSuspect(ports, suspect, comparison, looks, { signal });
      const { findings } = look;
      if (findings.length === 0) continue;
      const told =
        repair && problem === undefined
          ? await repairFindings(ports, findings, { suspect, comparison, looks, repairs }, { signal })
          : findings.map((finding) => toDiagnosis(finding, false, problem));
      diagnoses.push(...told);
    }
  } finally {
    await notes.close();
  }
  return diagnoses;
}

/** An image that is repaired, and how it is looked at. */
interface Repair {
  readonly suspect: Suspect;
  readonly comparison: Omit<Examination, "imageId" | "key">;
  readonly looks: Watch;
  readonly repairs: Watch;
}

/** Whether something is repaired is seen by looking again, not by the repair having ended well. */
async function repairFindings(
  ports: SettlePorts,
  findings: readonly Finding[],
  { suspect, comparison, looks, repairs }: Repair,
  { signal }: CallOptions,
): Promise<readonly Diagnosis[]> {
  let problem: string | undefined;
  try {
    await repairImage(ports, { ...suspect, ...comparison }, { signal });
    repairs.failures = 0;
  } catch (error) {
    problem = await explainFailure(ports, error, suspect.imageId, repairs, { signal });
  }
  const again = await lookAtSuspect(ports, suspect, comparison, looks, { signal });
  const left = new Set(again.look.findings.map(identifyFinding));
  return findings.map((finding) => {
    const repaired = again.problem === undefined && !left.has(identifyFinding(finding));
    return toDiagnosis(finding, repaired, problem ?? again.problem);
  });
}

function toDiagnosis(finding: Finding, repaired: boolean, problem: string | undefined): Diagnosis {
  return { ...finding, repaired, ...(!repaired && problem !== undefined && { problem }) };
}
