import { type Diagnosis, type Finding, findingName } from "../model/finding.js";
import type { Examination, ExamineImage } from "./examine-image.js";
import { listSuspects } from "./list-suspects.js";
import { RepairImage, type RepairPorts } from "./repair-image.js";

/** How thoroughly to look, and whether to mend. */
export interface DoctorOptions {
  /** Mends what is found. Default: nothing is changed. */
  readonly repair?: boolean;
  /**
   * What is younger than so many milliseconds may be the work of a handler that runs, and is left alone. Default one
   * hour, longer than any handler lives. Give 0 only when nothing else uses the same stores.
   */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
}

/** Longer than a function may run and than a local change stays with one receiver. */
const GRACE = 60 * 60 * 1_000;

/** Finds damage in all images and mends it. */
export class DoctorImages {
  readonly #ports: RepairPorts;
  readonly #examine: ExamineImage;
  readonly #repair: RepairImage;

  constructor(ports: RepairPorts) {
    this.#ports = ports;
    this.#examine = ports.examine;
    this.#repair = new RepairImage(ports);
  }

  /**
   * Resolves to everything that is wrong and what became of it. One image that cannot be mended keeps no other from
   * it. Throws what the stores throw while they are read.
   */
  async run({ repair = false, graceMs = GRACE, signal }: DoctorOptions = {}): Promise<readonly Diagnosis[]> {
    const diagnoses = new Map<string, Diagnosis>();
    const now = this.#ports.clock();
    const restingSince = new Date(now.getTime() - graceMs);
    // What the queue holds says more than a look can, and it is all that tells of some tombstones.
    if (repair) await this.#ports.settleOpen({ signal });
    for await (const suspect of listSuspects(this.#ports, now, signal)) {
      signal?.throwIfAborted();
      const examination = { ...suspect, now, restingSince, signal };
      const findings = await this.#examine.run(examination);
      if (findings.length === 0) continue;
      const told = repair
        ? await this.#mend(findings, examination)
        : findings.map((finding) => ({ ...finding, mended: false }));
      for (const diagnosis of told) diagnoses.set(findingName(diagnosis), diagnosis);
    }
    return [...diagnoses.values()];
  }

  /** Whether something is mended is seen by looking again, not by the repair having ended well. */
  async #mend(findings: readonly Finding[], examination: Examination): Promise<readonly Diagnosis[]> {
    let problem: string | undefined;
    try {
      await this.#repair.run(examination);
    } catch (error) {
      examination.signal?.throwIfAborted();
      problem = error instanceof Error ? error.message : String(error);
    }
    const left = new Set((await this.#examine.run(examination)).map(findingName));
    return findings.map((finding) => {
      const mended = !left.has(findingName(finding));
      return { ...finding, mended, ...(!mended && problem !== undefined && { problem }) };
    });
  }
}
