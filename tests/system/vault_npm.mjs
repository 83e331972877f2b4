// The unmodified clients of Azure Key Vault for JavaScript against sealvault: every operation they have for RSA
// keys. Run by vault_npm_test.py; ends with "done" on standard output, or throws.

import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";

const { VAULT, TENANT, OWNER_ID, OWNER_SECRET, SERVER_ID, SERVER_PEM } = process.env;
const login = { authorityHost: VAULT, disableInstanceDiscovery: true };
const options = { disableChallengeResourceVerification: true }; // an address has no domain to compare
const owner = new ClientSecretCredential(TENANT, OWNER_ID, OWNER_SECRET, login);
const server = new ClientCertificateCredential(TENANT, SERVER_ID, { certificatePath: SERVER_PEM }, login);
const client = new KeyClient(VAULT, owner, options);
const crypto = (key, credential = owner) => new CryptographyClient(key.id, credential, options);
const soon = { intervalInMs: 200 };

async function all(list) {
  const out = [];
  for await (const each of list) out.push(each);
  return out;
}

async function refused(work, status, code, inner) {
  await assert.rejects(work, (error) => {
    assert.equal(error.statusCode, status);
    assert.equal(error.code, code);
    if (inner) assert.equal(error.details.error.innerError.code, inner);
    return true;
  });
}

async function versions() {
  const first = await client.createRsaKey("root", { keySize: 2048, tags: { use: "mail" } });
  assert.equal(first.keyType, "RSA");
  assert.equal(first.properties.vaultUrl, VAULT);
  assert.equal(first.key.n.length, 256);
  assert.deepEqual(first.properties.tags, { use: "mail" });
  const second = await client.createKey("root", "RSA");
  assert.notEqual(second.properties.version, first.properties.version);
  assert.equal((await client.getKey("root")).id, second.id);
  assert.equal((await client.getKey("root", { version: first.properties.version })).id, first.id);
  assert.equal((await all(client.listPropertiesOfKeyVersions("root"))).length, 2);
  for (let i = 0; i < 2; ++i) await client.createRsaKey(`other-${i}`);
  const pages = await all(client.listPropertiesOfKeys().byPage({ maxPageSize: 1 }));
  assert.deepEqual(pages.flat().map((each) => each.name), ["other-0", "other-1", "root"]);
  const expiresOn = new Date("2037-01-01T00:00:00Z"); // the client cuts seconds to 32 bits, with their sign
  const changed = await client.updateKeyProperties("root", { expiresOn, tags: { a: "b" } });
  assert.equal(changed.properties.expiresOn.getTime(), expiresOn.getTime());
  assert.deepEqual(changed.properties.tags, { a: "b" });
  await refused(client.getKey("nowhere"), 404, "KeyNotFound");
  await refused(client.createKey("root", "EC"), 400, "BadParameter");
}

async function imported() {
  const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const key = { kty: "RSA" };
  for (const name of ["n", "e", "d", "p", "q", "dp", "dq", "qi"]) key[name] = Buffer.from(jwk[name], "base64url");
  const made = await client.importKey("elsewhere", key);
  assert.deepEqual(Buffer.from(made.key.n), key.n);
}

async function uses() {
  const key = await client.getKey("root");
  const secret = randomBytes(32);
  const wrapped = await crypto(key).wrapKey("RSA-OAEP-256", secret);
  assert.equal(wrapped.keyID, key.id);
  assert.deepEqual(Buffer.from((await crypto(key).unwrapKey("RSA-OAEP-256", wrapped.result)).result), secret);
  const sealed = await crypto(key).encrypt({ algorithm: "RSA-OAEP-256", plaintext: secret });
  const opened = await crypto(key).decrypt({ algorithm: "RSA-OAEP-256", ciphertext: sealed.result });
  assert.deepEqual(Buffer.from(opened.result), secret);
  for (const [algorithm, hash] of [["RS256", "sha256"], ["PS384", "sha384"], ["RS512", "sha512"]]) {
    const digest = createHash(hash).update(secret).digest();
    const signed = await crypto(key).sign(algorithm, digest);
    assert.equal((await crypto(key).verify(algorithm, digest, signed.result)).result, true);
    if (algorithm.startsWith("RS")) // by itself, where it takes all for PKCS #1
      assert.equal((await crypto(key).verifyData(algorithm, secret, signed.result)).result, true);
    digest[0] ^= 1;
    assert.equal((await crypto(key).verify(algorithm, digest, signed.result)).result, false);
  }
  wrapped.result[20] ^= 1;
  await refused(crypto(key).unwrapKey("RSA-OAEP-256", wrapped.result), 400, "BadParameter");
}

// A client that may unwrap and not even look: the client library then leaves all checks to the vault.
async function revoked() {
  const key = await client.getKey("root");
  const secret = randomBytes(32);
  const { result } = await crypto(key).wrapKey("RSA-OAEP-256", secret);
  const opened = await crypto(key, server).unwrapKey("RSA-OAEP-256", result);
  assert.deepEqual(Buffer.from(opened.result), secret);
  await refused(crypto(key, server).wrapKey("RSA-OAEP-256", secret), 403, "Forbidden", "ForbiddenByPolicy");
  await client.updateKeyProperties("root", { enabled: false });
  await refused(crypto(key, server).unwrapKey("RSA-OAEP-256", result), 403, "Forbidden", "KeyDisabled");
  await client.updateKeyProperties("root", { enabled: true, expiresOn: new Date(Date.now() - 60000) });
  await crypto(key, server).unwrapKey("RSA-OAEP-256", result); // expiry does not revoke
}

async function rotation() {
  const policy = await client.updateKeyRotationPolicy("other-0", {
    expiresIn: "P90D",
    lifetimeActions: [{ action: "Rotate", timeAfterCreate: "P60D" }],
  });
  assert.equal(policy.expiresIn, "P90D");
  assert.equal(policy.lifetimeActions[0].action, "Rotate");
  assert.equal((await client.getKeyRotationPolicy("other-0")).lifetimeActions[0].timeAfterCreate, "P60D");
  assert.equal((await client.getKeyRotationPolicy("other-1")).lifetimeActions[0].action, "Notify");
  const before = await client.getKey("other-0");
  const after = await client.rotateKey("other-0");
  assert.notEqual(after.properties.version, before.properties.version);
  assert.equal(after.properties.expiresOn - after.properties.createdOn, 90 * 86400 * 1000);
}

async function deletion() {
  const before = await client.getKey("other-1");
  const blob = await client.backupKey("other-1");
  const deleted = await (await client.beginDeleteKey("other-1", soon)).pollUntilDone();
  assert.equal(deleted.properties.recoveryId, `${VAULT}/deletedkeys/other-1`);
  assert.equal(deleted.properties.scheduledPurgeDate - deleted.properties.deletedOn, 7 * 86400 * 1000);
  await refused(client.getKey("other-1"), 404, "KeyNotFound");
  await refused(client.createRsaKey("other-1"), 409, "Conflict", "ObjectIsDeletedButRecoverable");
  assert.equal((await all(client.listDeletedKeys())).length, 1);
  const recovered = await (await client.beginRecoverDeletedKey("other-1", soon)).pollUntilDone();
  assert.equal(recovered.id, before.id);
  await (await client.beginDeleteKey("other-1", soon)).pollUntilDone();
  await client.purgeDeletedKey("other-1");
  await refused(client.getDeletedKey("other-1"), 404, "KeyNotFound");
  assert.equal((await client.restoreKeyBackup(blob)).id, before.id);
  await refused(client.restoreKeyBackup(blob), 409, "Conflict");
}

for (const part of [versions, imported, uses, revoked, rotation, deletion]) {
  await part();
  console.log(part.name);
}
console.log("done");
