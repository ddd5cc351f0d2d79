import { CASES } from "./cases.js";
import { type Synthesised, synthesise } from "./synthesise.js";

const made = new Map<keyof typeof CASES, Synthesised>();

/** A case, synthesised once for each test file. */
export function caseOf(name: keyof typeof CASES): Synthesised {
  const synthesised = made.get(name) ?? synthesise(CASES[name]);
  made.set(name, synthesised);
  return synthesised;
}

/** The types of all resources of a template, each as often as it is there. */
export function typesOf({ template }: Synthesised): readonly string[] {
  const { Resources } = template.toJSON() as {
    Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  return Object.values(Resources).map(({ Type }) => Type);
}
