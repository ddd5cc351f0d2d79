import { CASES } from "./cases.js";
import { type Synthesized, synthesize } from "./synthesize.js";

const made = new Map<keyof typeof CASES, Synthesized>();

/** A case, synthesized once for each test file. */
export function getCase(name: keyof typeof CASES): Synthesized {
  const synthesized = made.get(name) ?? synthesize(CASES[name]);
  made.set(name, synthesized);
  return synthesized;
}

/** The types of all resources of a template, each as often as it is there. */
export function listTypes({ template }: Synthesized): readonly string[] {
  const { Resources } = template.toJSON() as {
    Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  return Object.values(Resources).map(({ Type }) => Type);
}
