import { SafelightError, shown } from "../../domain/model/errors.js";
import { VARIABLES } from "./variables.js";

/** What a function knows about its deployment. */
export interface Environment {
  readonly originals: string;
  readonly renditions: string;
  readonly table: string;
  readonly queueUrl: string;
  readonly topicArn?: string;
  readonly cdnDomain?: string;
  readonly distributionId?: string;
  /** How URLs of renditions are signed; absent: they are public. */
  readonly signing?: { readonly keyPairId: string; readonly secretArn: string; readonly seconds: number };
  readonly maxReceives: number;
  readonly configFile?: string;
}

/**
 * Reads the variables of {@link VARIABLES}; an empty one is as if it were not there. Throws one `invalid-input` that
 * names every variable that is missing or wrong. Written by hand, since loading zod alone would make a cold start
 * longer by a tenth.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const reader = new Reader(variables);
  const environment = {
    originals: reader.required(VARIABLES.originals, "the name of a bucket", BUCKET),
    renditions: reader.required(VARIABLES.renditions, "the name of a bucket", BUCKET),
    table: reader.required(VARIABLES.table, "the name of a table", /^[\w.-]{3,255}$/),
    queueUrl: reader.required(VARIABLES.queueUrl, "the URL of a queue", /^https?:\/\/[^/]+\/./),
    topicArn: reader.optional(VARIABLES.topicArn, "the ARN of a topic", ARN),
    cdnDomain: reader.optional(VARIABLES.cdnDomain, "a host without https://", /^[\w.-]+(?::\d+)?$/),
    distributionId: reader.optional(VARIABLES.distributionId, "the id of a distribution", /^\w+$/),
    maxReceives: reader.wholeNumber(VARIABLES.maxReceives, { least: 1, most: 1_000, otherwise: 5 }),
    configFile: reader.optional(VARIABLES.configFile, "the path of a file", /./),
  };
  const signing = signingIn(reader);
  reader.throwFaults();
  return { ...environment, ...(signing && { signing }) };
}

const BUCKET = /^[a-z0-9][a-z0-9.-]+$/;
const ARN = /^arn:[^:]+:[^:]+:.+/;

/** With half of it, URLs that were meant to end would be public: neither variable goes without the other. */
function signingIn(reader: Reader): Environment["signing"] {
  const { signingKeyPairId, signingSecretArn, signedUrlSeconds } = VARIABLES;
  const seconds = reader.wholeNumber(signedUrlSeconds, { least: 60, most: 604_800, otherwise: 3_600 });
  if (!reader.has(signingKeyPairId) && !reader.has(signingSecretArn)) return undefined;
  const keyPairId = reader.required(signingKeyPairId, "the id of a key pair", /^\w+$/);
  const secretArn = reader.required(signingSecretArn, "the ARN of a secret", ARN);
  return { keyPairId, secretArn, seconds };
}

/** Reads variables one by one and keeps what is wrong with them until all were read. */
class Reader {
  readonly #variables: NodeJS.ProcessEnv;
  readonly #missing: string[] = [];
  readonly #wrong: string[] = [];

  constructor(variables: NodeJS.ProcessEnv) {
    this.#variables = variables;
  }

  has(name: string): boolean {
    return Boolean(this.#variables[name]);
  }

  optional(name: string, expected: string, pattern: RegExp): string | undefined {
    const value = this.#variables[name];
    if (!value) return undefined;
    if (!pattern.test(value)) this.#refuse(name, expected);
    return value;
  }

  required(name: string, expected: string, pattern: RegExp): string {
    const value = this.optional(name, expected, pattern);
    if (value === undefined) this.#missing.push(name);
    return value ?? "";
  }

  wholeNumber(name: string, { least, most, otherwise }: { least: number; most: number; otherwise: number }) {
    const expected = `a whole number from ${least} to ${most}`;
    const text = this.optional(name, expected, /^\d+$/);
    const value = text === undefined ? otherwise : Number(text);
    if (value < least || value > most) this.#refuse(name, expected);
    return value;
  }

  throwFaults(): void {
    if (this.#missing.length + this.#wrong.length === 0) return;
    const names = this.#missing.join(", ");
    const absent = `expected a value for ${names} in the function's environment but received none`;
    const sentences = [...(this.#missing.length > 0 ? [absent] : []), ...this.#wrong];
    throw new SafelightError("invalid-input", sentences.join("; "));
  }

  #refuse(name: string, expected: string): void {
    this.#wrong.push(`expected ${expected} for ${name} but received ${shown(this.#variables[name])}`);
  }
}
