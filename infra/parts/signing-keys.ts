import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { type CfnPublicKey, KeyGroup, PublicKey } from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";
import { invalidInput, quote, SafelightError } from "../../src/domain/model/errors.js";
import type { SignedUrls } from "../props/cdn-props.js";
import { formatGlobalName } from "./global-name.js";

/** The keys whose signatures CloudFront accepts. */
export interface SigningKeys {
  readonly group: KeyGroup;
  /** The id of the key that URLs are signed with. */
  readonly keyPairId: string;
}

/** CloudFront takes no more keys in one group. */
const MAX_KEYS = 5;

/**
 * Creates the group of the keys. Each key is named by its digest: CloudFront does not let the bytes of a key be changed,
 * so another key is another resource, beside which the former one can stay. Throws `invalid-input` for what is no key, for too
 * many keys, and for a secret without its complete ARN.
 */
export function createSigningKeys(scope: Construct, signedUrls: SignedUrls): SigningKeys {
  const { publicKey, acceptedPublicKeys = [], privateKey } = signedUrls;
  if (privateKey.secretFullArn === undefined)
    throw new SafelightError(
      "invalid-input",
      `expected a secret with its complete ARN for cdn.signedUrls.privateKey but received ${quote(privateKey.node.path)}, ` +
        "which has a part of it: no function could be allowed to read it; use Secret.fromSecretCompleteArn",
    );
  const pems = new Set([
    readPublicKey("publicKey", publicKey),
    ...acceptedPublicKeys.map((one) => readPublicKey("acceptedPublicKeys", one)),
  ]);
  if (pems.size > MAX_KEYS)
    throw invalidInput(`at most ${MAX_KEYS} keys with publicKey`, "acceptedPublicKeys", pems.size);
  const [signing, ...others] = [...pems].map((pem) => createKey(scope, pem));
  if (!signing) throw new SafelightError("internal", "there is no key to sign URLs with");
  const keyGroupName = formatGlobalName(scope, "SigningKeys");
  const group = new KeyGroup(scope, "SigningKeys", { keyGroupName, items: [signing, ...others] });
  return { group, keyPairId: signing.publicKeyId };
}

function createKey(scope: Construct, encodedKey: string): PublicKey {
  const id = `SigningKey${createHash("sha256").update(encodedKey).digest("hex").slice(0, 12)}`;
  const publicKeyName = formatGlobalName(scope, id);
  const key = new PublicKey(scope, id, { encodedKey, publicKeyName });
  // CloudFront takes a request with a reference that it knows for the same request, from whichever region.
  const child = key.node.defaultChild as CfnPublicKey;
  child.addPropertyOverride("PublicKeyConfig.CallerReference", publicKeyName);
  return key;
}

/** Reads a key and writes it in one way, so that a line more or less makes no other key of it. */
function readPublicKey(name: "publicKey" | "acceptedPublicKeys", pem: string): string {
  const expected = "the public key (PEM) of an RSA key pair of 2,048 bits";
  const key = parsePublicKey(pem);
  const bits = key?.asymmetricKeyType === "rsa" ? key.asymmetricKeyDetails?.modulusLength : undefined;
  if (!key || bits !== 2_048)
    throw invalidInput(expected, `cdn.signedUrls.${name}`, pem.trim().split("\n")[0]);
  return key.export({ type: "spki", format: "pem" }).toString();
}

function parsePublicKey(pem: string): KeyObject | undefined {
  // Of a private key Node would make the public one, and nobody would hear that it lies in their code.
  if (!/^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem.trim())) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
