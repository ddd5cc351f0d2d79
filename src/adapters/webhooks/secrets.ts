import { readFileSync } from "node:fs";
import { refusalInWords, SafelightError } from "../../domain/model/errors.js";

/** The variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes that the key of a signature may have, as Standard Webhooks says. */
const KEY_BYTES = { least: 24, most: 64 } as const;

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/**
 * Reads a secret: the value of the variable or, where it is not set, the content of the file that the variable with
 * `_FILE` behind its name names. Throws `invalid-input`, which never says what was found.
 */
export function readSecret(variable: string, subscriber: string, environment: Environment): Buffer {
  const expected = `a secret (whsec_ and ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes as base64) in the environment variable ${variable}, or in a file named by ${variable}_FILE,`;
  const refuse = (received: string) =>
    refusalInWords(
      "invalid-input",
      expected,
      `webhooks.${subscriber}.secret`,
      `${received}; make one with: echo "whsec_$(openssl rand -base64 32)"`,
    );
  const text = environment[variable] ?? readSecretFile(variable, environment);
  if (text === undefined || text === "") throw refuse("none");
  const [, encoded] = SECRET.exec(text.trim()) ?? [];
  if (encoded === undefined) throw refuse("another kind of text");
  const key = Buffer.from(encoded, "base64");
  if (key.length < KEY_BYTES.least || key.length > KEY_BYTES.most) throw refuse(`${key.length} bytes`);
  return key;
}

function readSecretFile(variable: string, environment: Environment): string | undefined {
  const file = environment[`${variable}_FILE`];
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `expected a readable file for ${variable}_FILE but received ${file} (${code})`;
    throw new SafelightError("invalid-input", message, { cause });
  }
}
