/** The optional part of every harness. */
export interface Closable {
  /** Gives back what the adapter holds, once its law was checked. Absent: nothing to give back. */
  close?(): Promise<void> | void;
}

/** How hard the laws that draw random cases try. */
export interface Trials {
  /** Random cases a law draws; 25 by default. */
  readonly runs?: number;
  /** Histories a law plays; as many as `runs` by default. */
  readonly histories?: number;
  /** Makes the draw repeatable. By default it differs each time, and a failure names the seed to repeat it with. */
  readonly seed?: number;
}

/** One promise of a port: its name is the promise, and `check` throws when the adapter does not keep it. */
export interface Law<Harness> {
  readonly name: string;
  readonly check: (harness: Harness, trials: Trials) => Promise<void>;
  /**
   * Of a capability, which an adapter may lack: what users live with then. Absent: the law is a promise, and whoever
   * declares a gap says what users live with.
   */
  readonly consequence?: string;
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
  return laws.map((law) => ({ ...law, check: (harness, trials) => law.check(prepare(harness), trials) }));
}

/** A law that an adapter is known not to keep. */
export interface Gap {
  readonly law: string;
  /** The consequence for its users. Default: that of the law, if it is a capability; a promise has none. */
  readonly consequence?: string;
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
      readonly consequence: string;
      readonly error: unknown;
    }
  | { readonly law: string; readonly outcome: "gap-obsolete" };

/**
 * Checks every law of a contract, one after the other, each on a harness of its own. Never throws for a broken law;
 * throws if a gap names a law that the contract does not have, since a misspelt excuse would excuse nothing, and if it
 * says not what users live with.
 */
export async function checkContract<Harness extends Closable>(
  contract: Contract<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[] = [],
  trials: Trials = {},
): Promise<readonly Verdict[]> {
  const declared = describeGaps(contract, gaps);
  const verdicts: Verdict[] = [];
  for (const law of contract.laws)
    verdicts.push(await checkLaw(law, makeHarness, declared.get(law.name), trials));
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
 * with a gap is still checked, under a name that says what its absence means for users.
 */
export function runContract<Harness extends Closable>(
  runner: TestRunner,
  contract: Contract<Harness>,
  makeHarness: MakeHarness<Harness>,
  gaps: readonly Gap[] = [],
  trials: Trials = {},
): void {
  const declared = describeGaps(contract, gaps);
  const register = () => {
    for (const law of contract.laws) {
      const consequence = declared.get(law.name);
      const name = consequence === undefined ? law.name : `${law.name} [declared gap: ${consequence}]`;
      runner.it(name, async () => assertKept(await checkLaw(law, makeHarness, consequence, trials)));
    }
  };
  if (runner.describe) runner.describe(contract.name, register);
  else register();
}

async function checkLaw<Harness extends Closable>(
  law: Law<Harness>,
  makeHarness: MakeHarness<Harness>,
  consequence: string | undefined,
  trials: Trials,
): Promise<Verdict> {
  // Outside the try: a harness that cannot be made says nothing about the law, and must not pass for a declared gap.
  const harness = await makeHarness();
  try {
    await law.check(harness, trials);
    return { law: law.name, outcome: consequence === undefined ? "kept" : "gap-obsolete" };
  } catch (error) {
    return consequence === undefined
      ? { law: law.name, outcome: "broken", error }
      : { law: law.name, outcome: "gap-declared", consequence, error };
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

/** The consequence of each declared gap by its law. Throws for a gap that names no law, and for one without a consequence. */
export function describeGaps<Harness>(
  contract: Contract<Harness>,
  gaps: readonly Gap[],
): ReadonlyMap<string, string> {
  const declared = new Map<string, string>();
  for (const { law, ...gap } of gaps) {
    const known = contract.laws.find(({ name }) => name === law);
    if (known === undefined)
      throw new Error(`expected a gap to name a law of the contract ${contract.name} but received: ${law}`);
    const consequence = gap.consequence ?? known.consequence;
    if (consequence === undefined)
      throw new Error(`expected a consequence for the declared gap but received none: ${law}`);
    declared.set(law, consequence);
  }
  return declared;
}
