import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import type { Stack } from "aws-cdk-lib";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { ImagePipelineProps } from "../../infra/image-pipeline-props.js";
import type { SignedUrls } from "../../infra/props/cdn-props.js";
import { VARIABLES } from "../../src/entrypoints/lambda/settings.js";
import { OTHER_PUBLIC_KEY, PUBLIC_KEY } from "../support/infra/cases.js";
import { synthesize } from "../support/infra/synthesize.js";
import { DeployedTemplate } from "../support/infra/template.js";

const ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:images/signing-key";

/** A pipeline whose URLs are signed, with nothing beside it that would take time. */
function sign(
  { publicKey, ...more }: Pick<SignedUrls, "publicKey"> & Partial<SignedUrls>,
  findSecret = (stack: Stack): ISecret => Secret.fromSecretCompleteArn(stack, "Secret", `${ARN}-AbCdEf`),
) {
  return synthesize(
    (stack): ImagePipelineProps => ({
      api: false,
      alarms: false,
      cdn: { signedUrls: { publicKey, privateKey: findSecret(stack), ...more } },
    }),
  );
}

/** The keys as CloudFront and the functions know them. */
function readKeys(keys: Parameters<typeof sign>[0]) {
  const synthesized = sign(keys);
  const template = new DeployedTemplate(synthesized);
  const known = template.listResources("AWS::CloudFront::PublicKey").map(({ id, properties }) => {
    const { EncodedKey, Name, CallerReference } = properties.PublicKeyConfig as Record<string, string>;
    return { id, pem: EncodedKey?.trim(), names: [Name, CallerReference] };
  });
  const { KeyGroupConfig } = template.getOnly("AWS::CloudFront::KeyGroup") as {
    KeyGroupConfig: { Items: readonly string[] };
  };
  const { Environment } = template.getConstructProperties(synthesized.pipeline.functions.process);
  const { Variables } = Environment as { Variables: Readonly<Record<string, string>> };
  const findId = (pem: string) => known.find((one) => one.pem === pem)?.id;
  return {
    known,
    idOf: findId,
    accepted: KeyGroupConfig.Items,
    signing: Variables[VARIABLES.signingKeyPairId],
  };
}

describe("rotating the key that URLs are signed with", () => {
  const steps = {
    before: readKeys({ publicKey: PUBLIC_KEY }),
    announced: readKeys({ publicKey: PUBLIC_KEY, acceptedPublicKeys: [OTHER_PUBLIC_KEY] }),
    signing: readKeys({ publicKey: OTHER_PUBLIC_KEY, acceptedPublicKeys: [PUBLIC_KEY] }),
    after: readKeys({ publicKey: OTHER_PUBLIC_KEY }),
  };
  const { before, announced, signing, after } = steps;

  it("changes no key in place, which CloudFront refuses: another key is another resource under another name", () => {
    const resources = Object.values(steps).flatMap(({ known }) => known);
    for (const one of resources)
      for (const other of resources) expect(one.id === other.id).toBe(one.pem === other.pem);
    const [former, next] = announced.known;
    expect(former?.names).not.toEqual(next?.names);
    expect(before.idOf(PUBLIC_KEY)).toBe(announced.idOf(PUBLIC_KEY));
  });

  it("has CloudFront accept the next key before it signs, and the former one until it is taken out", () => {
    const [former, next] = [announced.idOf(PUBLIC_KEY), announced.idOf(OTHER_PUBLIC_KEY)];
    expect([before.signing, announced.signing, signing.signing, after.signing]).toEqual([
      former,
      former,
      next,
      next,
    ]);
    expect(before.accepted).toEqual([former]);
    expect([...announced.accepted].sort()).toEqual([former, next].sort());
    expect([...signing.accepted].sort()).toEqual([former, next].sort());
    expect(after.accepted).toEqual([next]);
  });

  it("takes a key that is given twice, or with another end of its last line, for the same key", () => {
    const twice = readKeys({ publicKey: PUBLIC_KEY, acceptedPublicKeys: [`${PUBLIC_KEY}\n\n`] });
    expect(twice.known).toEqual(before.known);
  });
});

describe("signed URLs are refused during synthesis", () => {
  const small = generateKeyPairSync("rsa", {
    modulusLength: 1_024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  it.each<[string, (stack: Stack) => ISecret]>([
    ["its name", (stack) => Secret.fromSecretNameV2(stack, "Secret", "images/signing-key")],
    ["a part of its ARN", (stack) => Secret.fromSecretPartialArn(stack, "Secret", ARN)],
  ])("for a secret that is known by %s alone, which no function could be allowed to read", (_by, find) => {
    expect(() => sign({ publicKey: PUBLIC_KEY }, find)).toThrow(
      'expected a secret with its complete ARN for cdn.signedUrls.privateKey but received "Images/Secret", which has a ' +
        "part of it: no function could be allowed to read it; use Secret.fromSecretCompleteArn",
    );
  });

  it("for what is no public key that CloudFront takes, and nothing of a private key is told", () => {
    expect(() => sign({ publicKey: small.publicKey })).toThrow(
      "expected the public key (PEM) of an RSA key pair of 2,048 bits for cdn.signedUrls.publicKey",
    );
    expect(() => sign({ publicKey: PUBLIC_KEY, acceptedPublicKeys: ["public.pem"] })).toThrow(
      'for cdn.signedUrls.acceptedPublicKeys but received "public.pem"',
    );
    expect(() => sign({ publicKey: small.privateKey })).toThrow(
      'for cdn.signedUrls.publicKey but received "-----BEGIN PRIVATE KEY-----"',
    );
  });

  it("for more keys than a group takes", () => {
    const acceptedPublicKeys = [1, 2, 3, 4, 5].map((byte) => {
      const n = Buffer.alloc(256, 0x80 + byte).toString("base64url");
      const key = createPublicKey({ key: { kty: "RSA", n, e: "AQAB" }, format: "jwk" });
      return String(key.export({ type: "spki", format: "pem" }));
    });
    expect(() => sign({ publicKey: PUBLIC_KEY, acceptedPublicKeys })).toThrow("expected at most 5 keys");
  });
});
