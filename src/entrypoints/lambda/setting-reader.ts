import { quote, SafelightError } from "../../domain/model/errors.js";

/** Tells which texts a variable may have. */
type Pattern = Pick<RegExp, "test">;

/** Reads variables one by one and keeps what is wrong with them until all were read. An empty one is as if it were not there. */
export class SettingReader {
  readonly #variables: NodeJS.ProcessEnv;
  /** The expectations, by the name of what is missing. */
  readonly #missing = new Map<string, string>();
  readonly #wrong: string[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  has(name: string): boolean {
    return Boolean(this.#variables[name]);
  }

  readOptional(name: string, expected: string, pattern: Pattern): string | undefined {
    const value = this.#variables[name];
    if (!value) return undefined;
    if (!pattern.test(value)) this.refuse(name, expected);
    return value;
  }

  readRequired(name: string, expected: string, pattern: Pattern): string {
    const value = this.readOptional(name, expected, pattern);
    if (value === undefined) this.#missing.set(name, expected);
    return value ?? "";
  }

  readInteger(name: string, [least, most]: readonly [number, number], otherwise: number): number {
    const expected = `a whole number from ${least} to ${most}`;
    const isInRange = (value: number) => value >= least && value <= most;
    const text = this.readOptional(name, expected, {
      test: (value) => /^\d+$/.test(value) && isInRange(Number(value)),
    });
    return text === undefined ? otherwise : Number(text);
  }

  readChoice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const expected = `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
    const value = this.readOptional(name, expected, { test: (text) => choices.some((one) => one === text) });
    return choices.find((one) => one === value);
  }

  readYesNo(name: string): boolean | undefined {
    const value = this.readChoice(name, ["yes", "no"]);
    return value === undefined ? undefined : value === "yes";
  }

  /** Reads a list with commas between its items; every item is to match the pattern. */
  readList(name: string, expected: string, pattern: Pattern): readonly string[] {
    const listItems = (text: string) => text.split(",").map((item) => item.trim());
    const value = this.readOptional(name, expected, {
      test: (text) => listItems(text).every((item) => pattern.test(item)),
    });
    return value === undefined ? [] : listItems(value);
  }

  /** Reads what nobody is to see: an error says how many characters it has. */
  readSecret(name: string, expected: string, pattern: Pattern): string | undefined {
    const value = this.#variables[name];
    if (!value) return undefined;
    if (!pattern.test(value))
      this.add(`expected ${expected} for ${name} but received ${value.length} characters`);
    return value;
  }

  /**
   * Throws one `invalid-input` for all that is wrong. With `place`, where the variables are set, what is missing is listed by
   * its names alone.
   */
  throwErrors(place?: string): void {
    const missing = [...this.#missing];
    const names = missing.map(([name]) => name).join(", ");
    const absent = place
      ? [`expected a value for ${names} in ${place} but received none`]
      : missing.map(([name, expected]) => `expected ${expected} for ${name} but received none`);
    const sentences = [...(missing.length > 0 ? absent : []), ...this.#wrong];
    if (sentences.length > 0) throw new SafelightError("invalid-input", sentences.join("; "));
  }

  refuse(name: string, expected: string): void {
    this.add(`expected ${expected} for ${name} but received ${quote(this.#variables[name])}`);
  }

  /** Adds a whole sentence about what is wrong. */
  add(sentence: string): void {
    this.#wrong.push(sentence);
  }
}
