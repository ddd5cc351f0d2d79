import { generateKeyPairSync } from "node:crypto";
import { startStub } from "../cloud/http-stub.js";

/** Starts what the tests take for Secrets Manager: it knows one secret, a private key. */
export async function startSecretsManager() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const body = JSON.stringify({ SecretString: privateKey });
  const stub = await startStub(() => ({ status: 200, body, contentType: "application/json" }));
  return { ...stub, publicKey };
}
