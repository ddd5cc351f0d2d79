/** The optional part of every harness. */
export interface Closable {
  /** Gives back what the adapter holds, once its law was checked. Absent: nothing to give back. */
  close?(): Promise<void> | void;
}

/** How hard the laws that draw random cases try. */
export interface Trials {
  /** Random cases a law draws; 25 by default. */
  readonly runs?: number;
  /** Makes the draw repeatable. By default it differs each time, and a failure names the seed to repeat it with. */
  readonly seed?: number;
}

/** One promise of a port: its name is the promise, and `check` throws when the adapter does not keep it. */
export interface Law<Harness> {
  readonly name: string;
  readonly check: (harness: Harness, trials: Trials) => Promise<void>;
}

/** All promises of one port, as data: {@link checkContract} checks them, {@link runContract} hands them to a test runner. */
export interface Contract<Harness> {
  readonly name: string;
  readonly laws: readonly Law<Harness>[];
}

/** The laws, checked on what `prepare` makes of each harness: the adapter as its users get it, behind its port's checks. */
export function prepareLaws<Harness>(
  prepare: (harness: Harness) => Harness,
  laws: readonly Law<Harness>[],
): readonly Law<Harness>[] {
  return laws.map(({ name, check }) => ({
    name,
    check: (harness, trials) => check(prepare(harness), trials),
  }));
}

/** A law that an adapter is known not to keep, and why its users can live with that. */
export interface Gap {
  readonly law: string;
  readonly reason: string;
}

/** Makes a fresh, empty adapter with whatever its contract needs; called once for each law. */
export type MakeHarness<Harness> = () => Promise<Harness> | Harness;

/**
 * The verdict on one law: it was kept, it was broken, it is broken as a gap says, or it is kept although a gap says that
 * it is not (then the gap has expired: delete it).
 */
export type Verdict =
  | { readonly law: string; readonly outcome: "kept" }
  | { readonly law: string; readonly outcome: "broken"; readonly error: unknown }
  | {
      readonly law: string;
      readonly outcome: "gap-declared";
      readonly reason: string;
      readonly error: unknown;
    }
  | { readonly law: string; readonly outcome: "gap-obsolete"; readonly reason: string };

/**
 * Checks every law of a contract, one after the other, each on a harness of its own. Never throws for a broken law;
 * throws if a gap names a law that the contract does not have, since a misspelt excuse would excuse nothing.
 */
export async function checkContract<Harness extends Closable>(
  contract: Contract<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[] = [],
  trials: Trials = {},
): Promise<readonly Verdict[]> {
  refuseUnknownGaps(contract, gaps);
  const verdicts: Verdict[] = [];
  for (const law of contract.laws) verdicts.push(await checkLaw(law, makeHarness, gaps, trials));
  return verdicts;
}

/** The two functions of a test runner that {@link runContract} needs; those of jest, vitest, mocha and node:test fit. */
export interface TestRunner {
  /** Groups the laws under the contract's name. Absent: they are not grouped. */
  describe?(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/**
 * Registers one test for each law. A test fails when its law is broken, and when a declared gap has expired; a law
 * with a gap is still checked, under a name that says why it may fail.
 */
export function runContract<Harness extends Closable>(
  runner: TestRunner,
  contract: Contract<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[] = [],
  trials: Trials = {},
): void {
  refuseUnknownGaps(contract, gaps);
  const register = () => {
    for (const law of contract.laws) {
      const gap = gaps.find((candidate) => candidate.law === law.name);
      const name = gap ? `${law.name} [declared gap: ${gap.reason}]` : law.name;
      runner.it(name, async () => assertKept(await checkLaw(law, makeHarness, gaps, trials)));
    }
  };
  if (runner.describe) runner.describe(contract.name, register);
  else register();
}

async function checkLaw<Harness extends Closable>(
  law: Law<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[],
  trials: Trials,
): Promise<Verdict> {
  const gap = gaps.find((candidate) => candidate.law === law.name);
  // Outside the try: a harness that cannot be made says nothing about the law, and must not pass for a declared gap.
  const harness = await makeHarness();
  try {
    await law.check(harness, trials);
    return gap
      ? { law: law.name, outcome: "gap-obsolete", reason: gap.reason }
      : { law: law.name, outcome: "kept" };
  } catch (error) {
    return gap
      ? { law: law.name, outcome: "gap-declared", reason: gap.reason, error }
      : { law: law.name, outcome: "broken", error };
  } finally {
    await harness.close?.();
  }
}

function assertKept(verdict: Verdict): void {
  if (verdict.outcome === "broken") throw verdict.error;
  if (verdict.outcome === "gap-obsolete") {
    throw new Error(
      `expected the declared gap to be real but the law is kept, so delete the gap: ${verdict.law}`,
    );
  }
}

function refuseUnknownGaps<Harness>(contract: Contract<Harness>, gaps: readonly Gap[]): void {
  for (const { law } of gaps) {
    if (contract.laws.some(({ name }) => name === law)) continue;
    throw new Error(`expected a gap to name a law of the contract ${contract.name} but received: ${law}`);
  }
}
