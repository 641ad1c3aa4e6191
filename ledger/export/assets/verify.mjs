// ledger/export/verifier/node-main.ts
import { readdir as readdir2 } from "node:fs/promises";
import { fileURLToPath } from "node:url";

// ledger/export/verifier/folder-files.ts
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

// ledger/export/verifier/bytes.ts
var encoder = new TextEncoder();
var decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
var VALUES = new Uint8Array(128).fill(255);
for (let at = 0; at < ALPHABET.length; at += 1) VALUES[ALPHABET.charCodeAt(at)] = at;
function utf8(text) {
  return encoder.encode(text);
}
function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
function toHex(bytes) {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
function toBase64(bytes) {
  const parts = [];
  for (let from = 0; from < bytes.length; from += 24576) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(from, from + 24576))));
  }
  return parts.join("");
}
function fromBase64(text) {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array(text.length / 4 * 3 - padding);
  let [bits, count, to] = [0, 0, 0];
  for (let at = 0; at < digits; at += 1) {
    const value = VALUES[text.charCodeAt(at)] ?? 255;
    if (value === 255) return null;
    bits = (bits << 6 | value) & 16777215;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[to] = bits >> count & 255;
    to += 1;
  }
  return (bits & (1 << count) - 1) === 0 ? bytes : null;
}
function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
function jsonObject(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// ledger/export/verifier/web-crypto.ts
async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
function hasWebCrypto() {
  return typeof crypto === "object" && typeof crypto.subtle === "object";
}
async function verifyEd25519(publicKey, message, signature) {
  const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]).catch((error) => {
    if (error instanceof Error && (error.name === "NotSupportedError" || error instanceof TypeError)) return null;
    return "malformed";
  });
  if (key === null) return null;
  return key !== "malformed" && crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}
async function openAesGcm(key, iv, additionalData, sealed) {
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "AES-GCM" }, false, ["decrypt"]);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData, tagLength: 128 }, imported, sealed));
  } catch {
    return null;
  }
}

// ledger/export/verifier/bagit.ts
var BAGIT_TXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
var MANIFEST = "manifest-sha256.txt";
var TAG_MANIFEST = "tagmanifest-sha256.txt";
var BAG_INFO = "bag-info.txt";
var STATEMENT = "statement.txt";
var PAGE = "index.html";
var VERIFIER = "verify.mjs";
var README = "README.txt";
var TAG_FILES = [README, BAG_INFO, "bagit.txt", PAGE, MANIFEST, STATEMENT, VERIFIER];
function formatManifest(hashes) {
  return [...hashes].toSorted(([a], [b]) => a < b ? -1 : 1).map(([path, hash]) => `${hash}  ${path}
`).join("");
}
function parseManifest(bytes) {
  const text = textOf(bytes);
  if (text === null || !text.endsWith("\n")) return null;
  const hashes = /* @__PURE__ */ new Map();
  for (const line of text.slice(0, -1).split("\n")) {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line) ?? [];
    if (hash === void 0 || path === void 0 || !isPlainPath(path) || hashes.has(path)) return null;
    hashes.set(path, hash);
  }
  return formatManifest(hashes) === text ? hashes : null;
}
function isPlainPath(path) {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(path);
}
function payloadOxum(bagInfo) {
  const [, bytes, files] = /^Payload-Oxum: (\d+)\.(\d+)$/m.exec(bagInfo) ?? [];
  return bytes === void 0 || files === void 0 ? null : { bytes: Number(bytes), files: Number(files) };
}
async function hashHex(bytes) {
  return toHex(await sha256(bytes));
}

// ledger/export/verifier/read-bag.ts
var MAX_FILE = 512 * 1024 * 1024;
var isEvidence = (path) => path.startsWith("data/evidence/");
async function loadBag(files, onProgress) {
  const hashes = /* @__PURE__ */ new Map();
  const kept = /* @__PURE__ */ new Map();
  const unreadable = [];
  let payloadBytes = 0;
  const paths = await files.paths();
  for (const [at, path] of paths.entries()) {
    const bytes = await files.read(path);
    if (bytes === null) unreadable.push(path);
    else {
      hashes.set(path, await hashHex(bytes));
      if (path.startsWith("data/")) payloadBytes += bytes.length;
      if (!isEvidence(path)) kept.set(path, bytes);
    }
    if (at % 100 === 0) onProgress(at, paths.length);
  }
  onProgress(paths.length, paths.length);
  return {
    scope: files.scope,
    hashes,
    payloadBytes,
    unreadable,
    bytes: (path) => kept.get(path) ?? null,
    text: (path) => {
      const bytes = kept.get(path);
      return bytes === void 0 ? null : textOf(bytes);
    }
  };
}
var Findings = class {
  #all = /* @__PURE__ */ new Map();
  /** The same thing twice is one finding. */
  add(check, where, what) {
    this.#all.set(JSON.stringify([check, where, what]), { check, where, what });
  }
  get all() {
    return [...this.#all.values()];
  }
};

// ledger/export/verifier/folder-files.ts
function folderFiles(folder) {
  return {
    scope: "bag",
    async paths() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
      return files.map((file) => relative(folder, file).replaceAll("\\", "/")).toSorted();
    },
    async read(path) {
      const file = join(folder, path);
      const found = await lstat(file).catch(() => null);
      if (found?.isFile() !== true || found.size > MAX_FILE) return null;
      return readFile(file).then((bytes) => new Uint8Array(bytes), () => null);
    }
  };
}

// ledger/export/verifier/report.ts
var CHECKS = {
  signature: "The ledger's key signed the checkpoint and the statement about this export",
  files: "Every file is the one that was signed, none is missing and none was added",
  entries: "Every event is in the log, at the place its proof says",
  history: "The log only adds to what it was at the export before this one",
  completeness: "No event of these records was left out",
  personal: "The personal fields are the ones that were recorded",
  evidence: "The evidence is the one that was recorded",
  tables: "Every row of the tables comes from an event in this bag",
  anchors: "Witnesses and time-stamps vouch for this log"
};

// ledger/export/verifier/describe.ts
function describeReport(report) {
  const { statement, findings, checked, notes, key } = report;
  const lines = [];
  if (statement !== null) {
    lines.push(
      `Export ${statement.export} of ${statement.log}, made ${statement.created}`,
      `${statement.events} events, ${statement.streams.length} streams, tree of ${statement.tree.size}, ${statement.personal ? "with" : "without"} personal data`
    );
  }
  if (key !== null) lines.push(`Key ${key}`);
  for (const check of checkNames) {
    const wrong = findings.filter((finding) => finding.check === check);
    if (wrong.length === 0 && checked[check] === void 0) continue;
    const open = check === "signature" && report.verdict === "unsigned";
    lines.push(`${wrong.length > 0 ? "WRONG" : open ? "open " : "ok   "}  ${CHECKS[check]}${checked[check] === void 0 ? "" : ` (${checked[check]})`}`);
    for (const finding of wrong) lines.push(`       ${finding.where}: ${finding.what}`);
  }
  for (const note of notes) lines.push(`note   ${note}`);
  lines.push(verdictLine(report));
  return `${lines.map(printable).join("\n")}
`;
}
var printable = (line) => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);
var checkNames = ["signature", "files", "entries", "history", "completeness", "personal", "evidence", "tables", "anchors"];
function verdictLine({ verdict, findings, keyFrom }) {
  switch (verdict) {
    case "verified":
      return keyFrom === "reader" ? "Verified: everything holds." : "Everything holds under the key inside the bag. Whose key that is, the bag cannot tell.";
    case "refuted":
      return `NOT verified: ${findings.length === 1 ? "one thing is" : `${findings.length} things are`} wrong.`;
    case "unsigned":
      return "NOT verified: proofs and hashes hold, but Ed25519 signatures cannot be checked here.";
  }
}

// ledger/export/verifier/disclosed.ts
function formatDisclosure({ stream, version, key, sealed }) {
  return JSON.stringify({ stream, version, key, sealed: canonical(sealed) });
}
function parseDisclosure(line) {
  const value = jsonObject(line);
  if (value === null) return null;
  const { stream, version, key, sealed } = value;
  if (typeof stream !== "string" || typeof version !== "number" || typeof key !== "string" || !isObject(sealed)) return null;
  const { alg, iv, ciphertext, tag, commitment } = sealed;
  if (typeof alg !== "string" || typeof iv !== "string" || typeof ciphertext !== "string" || typeof tag !== "string" || typeof commitment !== "string") return null;
  const disclosure = { stream, version, key, sealed: { alg, iv, ciphertext, tag, commitment } };
  return formatDisclosure(disclosure) === line ? disclosure : null;
}
function canonical({ alg, ciphertext, commitment, iv, tag }) {
  return { alg, ciphertext, commitment, iv, tag };
}
async function openDisclosure({ sealed, key: encodedKey }, event) {
  const hash = toHex(await sha256(utf8(JSON.stringify(canonical(sealed)))));
  if (hash !== event.sealed) return { fault: "the sealed fields are not those that the entry in the log names" };
  const [key, iv, ciphertext, tag, commitment] = [encodedKey, sealed.iv, sealed.ciphertext, sealed.tag, sealed.commitment].map(fromBase64);
  if (!key || !iv || !ciphertext || !tag || !commitment) return { fault: "key or sealed fields are not base64" };
  if (key.length !== 32 || !sameBytes(await sha256(concat(utf8("kyc-ledger/key-commitment/v1"), key)), commitment)) {
    return { fault: "the key is not the one that the event commits to" };
  }
  const binding = bind("kyc-ledger/event-seal/v1", event.stream, String(event.version), event.type);
  const plain = await openAesGcm(key, iv, binding, concat(ciphertext, tag));
  const personal = plain === null ? null : jsonObject(textOf(plain) ?? "");
  return personal === null ? { fault: "the sealed fields do not open" } : { personal };
}
function bind(...parts) {
  return concat(...parts.flatMap((part) => {
    const bytes = utf8(part);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    return [length, bytes];
  }));
}

// ledger/export/verifier/event-line.ts
function readLeaf(leaf) {
  const value = jsonObject(textOf(leaf) ?? "");
  if (value === null) return null;
  const { id, stream, version, type, schemaVersion, occurredAt, recordedAt, actor, data, sealed } = value;
  if (typeof id !== "string" || typeof stream !== "string" || typeof type !== "string" || typeof occurredAt !== "string" || typeof recordedAt !== "string" || typeof version !== "number" || typeof schemaVersion !== "number" || !isObject(actor) || typeof actor["kind"] !== "string" || typeof actor["id"] !== "string" || !isObject(data) || sealed !== null && typeof sealed !== "string") return null;
  return { id, stream, version, type, schemaVersion, occurredAt, recordedAt, actor: { kind: actor["kind"], id: actor["id"] }, data, sealed };
}
function formatEventLine(leaf, event, index) {
  return JSON.stringify({
    specversion: "1.0",
    id: event.id,
    source: "kyc.ledger",
    type: `kyc.ledger.${event.type}`,
    subject: event.stream,
    time: event.recordedAt,
    datacontenttype: "application/json",
    dataschema: `urn:kyc-ledger:event:${event.type}:v${event.schemaVersion}`,
    streamversion: event.version,
    logindex: index,
    data: event.data,
    leaf: toBase64(leaf)
  });
}
function parseEventLine(line) {
  const value = jsonObject(line);
  const leaf = fromBase64(typeof value?.["leaf"] === "string" ? value["leaf"] : "");
  const index = value?.["logindex"];
  if (leaf === null || typeof index !== "number" || !Number.isSafeInteger(index)) return null;
  const event = readLeaf(leaf);
  if (event === null) return null;
  return formatEventLine(leaf, event, index) === line ? { index, leaf, event } : "differs";
}
var proofPath = (stream, version) => `data/proofs/${stream}/${version}.tlog-proof`;

// ledger/export/verifier/notes.ts
async function parseNoteKey(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? "");
  const type = bytes?.[0];
  if (name === void 0 || id === void 0 || bytes?.length !== 33 || type !== 1 && type !== 4) return null;
  const expected = toHex((await sha256(concat(utf8(`${name}
`), bytes))).subarray(0, 4));
  return expected === id ? { name, id, type, publicKey: bytes.slice(1) } : null;
}
function parseSignedNote(bytes) {
  const note = textOf(bytes);
  const split = note?.lastIndexOf("\n\n") ?? -1;
  if (note === null || split < 0 || !note.endsWith("\n") || split + 2 === note.length) return null;
  const lines = note.slice(split + 2, -1).split("\n");
  const signatures = lines.map(parseSignatureLine);
  return signatures.every((each) => each !== null) ? { text: note.slice(0, split + 1), signatures } : null;
}
function parseSignatureLine(line) {
  const [, name, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? "");
  if (name === void 0 || bytes === null || bytes.length <= 4) return null;
  return { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}
async function checkSignature(note, key) {
  const own = note.signatures.filter(({ name, id }) => name === key.name && id === key.id);
  if (own.length === 0) return "missing";
  for (const { signature } of own) {
    const good = await holds(key, note.text, signature);
    if (good === null) return "unsupported";
    if (!good) return "bad";
  }
  return "good";
}
async function holds(key, text, signature) {
  if (key.type === 1) return signature.length === 64 && verifyEd25519(key.publicKey, utf8(text), signature);
  if (signature.length !== 72) return false;
  return verifyEd25519(key.publicKey, utf8(`cosignature/v1
time ${cosignedAt(signature)}
${text}`), signature.slice(8));
}
function cosignedAt(signature) {
  return new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
}
function parseTreeHead(text) {
  const [origin, digits, encoded, ...rest] = text.split("\n");
  const root = fromBase64(encoded ?? "");
  const size = wholeNumber(digits ?? "");
  if (origin === void 0 || origin === "" || size === null || root?.length !== 32 || rest.at(-1) !== "") return null;
  return { origin, size, root };
}
function wholeNumber(text) {
  const value = Number(text);
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

// ledger/export/verifier/tree-proofs.ts
var LEAF = Uint8Array.of(0);
var NODE = Uint8Array.of(1);
function rememberingJoin() {
  const known = /* @__PURE__ */ new Map();
  return async (left, right) => {
    const pair = toHex(left) + toHex(right);
    const before = known.get(pair);
    if (before !== void 0) return before;
    const joined = await sha256(concat(NODE, left, right));
    known.set(pair, joined);
    return joined;
  };
}
function leafHash(leaf) {
  return sha256(concat(LEAF, leaf));
}
async function isIncluded(join2, index, size, leaf, root, proof) {
  if (index < 0n || index >= size || ![leaf, root, ...proof].every(isHash)) return false;
  let [node, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      hash = await join2(sibling, hash);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      hash = await join2(hash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(hash, root);
}
async function isConsistent(join2, oldSize, oldRoot, newSize, newRoot, proof) {
  if (oldSize <= 0n || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot);
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  let [node, last] = [oldSize - 1n, newSize - 1n];
  const wholeTree = (oldSize & node) === 0n;
  const seed = wholeTree ? oldRoot : proof[0];
  if (seed === void 0 || proof.length === 0) return false;
  while (node % 2n === 1n) [node, last] = [node >> 1n, last >> 1n];
  let [oldHash, newHash] = [seed, seed];
  for (const sibling of wholeTree ? proof : proof.slice(1)) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      oldHash = await join2(sibling, oldHash);
      newHash = await join2(sibling, newHash);
      while (node % 2n === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      newHash = await join2(newHash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}
var isHash = (bytes) => bytes.length === 32;
var PROOF_HEADER = "c2sp.org/tlog-proof@v1\n";
function parseInclusion(text) {
  return text.startsWith(PROOF_HEADER) ? parseHashes(text.slice(PROOF_HEADER.length), "index ") : null;
}
function parseConsistency(text) {
  return parseHashes(text, "old ");
}
function parseHashes(text, label) {
  const split = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(0, split)).split("\n");
  const number = first?.startsWith(label) === true ? wholeNumber(first.slice(label.length)) : null;
  const hashes = lines.map(fromBase64);
  if (number === null || !hashes.every((hash) => hash?.length === 32)) return null;
  return { number, hashes: hashes.filter((hash) => hash !== null), checkpoint: text.slice(split + 2) };
}

// ledger/export/verifier/check-entries.ts
var EVENTS = "data/events.ndjson";
function linesOf(bag, path, report) {
  const text = bag.text(path);
  if (text === null) report(path, bag.hashes.has(path) ? "it is not UTF-8" : "missing");
  if (text === null || text === "") return [];
  if (!text.endsWith("\n")) report(path, "its last line does not end");
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
async function checkEntries(bag, head, checkpoint, join2, findings) {
  const proven = [];
  const wrong = (where, what) => findings.add("entries", where, what);
  for (const [at, text] of linesOf(bag, EVENTS, wrong).entries()) {
    const line = parseEventLine(text);
    if (line === null || line === "differs") {
      wrong(`${EVENTS} line ${at + 1}`, line === null ? "it does not read as an event" : "what it says is not what the entry in the log says");
      continue;
    }
    const fault = await proofFault(bag, line, head, checkpoint, join2);
    if (fault === null) proven.push(line);
    else wrong(`${line.event.stream}/${line.event.version}`, fault);
  }
  return proven;
}
async function proofFault(bag, { event, index, leaf }, head, checkpoint, join2) {
  const text = bag.text(proofPath(event.stream, event.version));
  if (text === null) return "its proof is missing";
  const proof = parseInclusion(text);
  if (proof === null) return "its proof does not read";
  if (proof.number !== index) return `its proof is for entry ${proof.number}, but it says that it is entry ${index}`;
  if (proof.checkpoint !== checkpoint) return "its proof leads to another checkpoint than the one in the bag";
  const included = await isIncluded(join2, BigInt(index), BigInt(head.size), await leafHash(leaf), head.root, proof.hashes);
  return included ? null : `it is not entry ${index} of the log: event or proof is altered`;
}
function checkCompleteness(events, statement, findings) {
  const wrong = (where, what) => findings.add("completeness", where, what);
  const streams = /* @__PURE__ */ new Map();
  for (const { event, index } of events) {
    const versions = streams.get(event.stream) ?? /* @__PURE__ */ new Map();
    streams.set(event.stream, versions);
    if (versions.has(event.version)) wrong(`${event.stream}/${event.version}`, "it is in the bag twice");
    versions.set(event.version, index);
  }
  for (const { stream, exported, head } of statement.streams) {
    const versions = streams.get(stream) ?? /* @__PURE__ */ new Map();
    streams.delete(stream);
    let before = -1;
    for (let version = 1; version <= exported; version += 1) {
      const index = versions.get(version);
      if (index === void 0) wrong(`${stream}/${version}`, "missing, or not proven: the statement counts it");
      else if (index <= before) wrong(`${stream}/${version}`, "it comes before its predecessor in the log");
      before = index ?? before;
    }
    for (const version of versions.keys()) if (version > exported) wrong(`${stream}/${version}`, "added: the statement does not count it");
    if (head < exported) wrong(stream, "the statement counts more events than the stream has");
  }
  for (const stream of streams.keys()) wrong(stream, "added: the statement does not name this stream");
  if (events.length !== statement.events) wrong(EVENTS, `${events.length} events that hold, but the statement counts ${statement.events}`);
  const later = statement.streams.filter(({ exported, head }) => head > exported).length;
  const open = later === 0 ? "each up to its last event in the log" : `${later} of them went on after the moment of this export`;
  return `${statement.streams.length} streams, ${events.length} events, versions without gaps, ${open}`;
}
var rootHex = (head) => toHex(head.root);

// ledger/export/verifier/evidence-line.ts
function formatEvidenceLine({ stream, version, key, sealedSha256, mediaType, file, absent }) {
  return JSON.stringify({ stream, version, key, sealedSha256, mediaType, file, absent });
}
function parseEvidenceLine(text) {
  const value = jsonObject(text);
  if (value === null) return null;
  const { stream, version, key, sealedSha256, mediaType, file, absent } = value;
  if (typeof stream !== "string" || typeof version !== "number" || typeof key !== "string" || typeof sealedSha256 !== "string") return null;
  if (typeof mediaType !== "string" || file !== null && typeof file !== "string") return null;
  const common = { stream, version, key, sealedSha256, mediaType };
  const line = file === null ? absentLine(common, absent) : absent === null ? { ...common, file, absent } : null;
  return line !== null && formatEvidenceLine(line) === text ? line : null;
}
function absentLine(common, absent) {
  return absent === "erased" || absent === "missing" || absent === "altered" ? { ...common, file: null, absent } : null;
}
function* evidenceNamed(value) {
  if (Array.isArray(value)) for (const each of value) yield* evidenceNamed(each);
  if (!isObject(value)) return;
  const { key, sha256: sha2562, mediaType, bytes } = value;
  if (typeof key === "string" && typeof sha2562 === "string" && typeof mediaType === "string" && typeof bytes === "number") yield { key, sha256: sha2562, mediaType };
  else for (const each of Object.values(value)) yield* evidenceNamed(each);
}
function plainHashes(personal) {
  return new Set(Object.entries(personal).flatMap(([name, value]) => /plainSha256$/i.test(name) && typeof value === "string" ? [value] : []));
}
var isNamedBy = (event, line) => [...evidenceNamed(event.data)].some(({ key, sha256: sha2562, mediaType }) => key === line.key && sha2562 === line.sealedSha256 && mediaType === line.mediaType);

// ledger/export/verifier/page-copy.ts
var COPY_OPENS = '<script type="application/json" id="bag">';
var COPY_CLOSES = "</script>";
function formatCopy(files) {
  const entries = [...files].map(([path, bytes]) => [path, textOf(bytes) ?? { base64: toBase64(bytes) }]);
  return JSON.stringify(Object.fromEntries(entries)).replaceAll("<", String.raw`\u003c`);
}
function parseCopy(text) {
  const value = jsonObject(text);
  if (value === null) return null;
  const files = /* @__PURE__ */ new Map();
  for (const [path, content] of Object.entries(value)) {
    const encoded = isObject(content) ? content["base64"] : void 0;
    const bytes = typeof content === "string" ? utf8(content) : typeof encoded === "string" ? fromBase64(encoded) : null;
    if (bytes === null) return null;
    files.set(path, bytes);
  }
  return files;
}
function partPage(page) {
  const opens = page.indexOf(COPY_OPENS);
  const start = opens + COPY_OPENS.length;
  const end = page.indexOf(COPY_CLOSES, start);
  return opens < 0 || end < 0 ? null : { template: page.slice(0, start) + page.slice(end), copy: page.slice(start, end) };
}

// ledger/export/verifier/check-files.ts
async function checkFiles(bag, files, statement, findings) {
  const wrong = (where, what) => findings.add("files", where, what);
  const carried = (path) => bag.scope === "bag" || isCarried(path, statement?.embedded ?? "all");
  const missingOr = (path, fault) => wrong(path, bag.hashes.has(path) ? fault : "missing");
  const manifestBytes = bag.bytes(MANIFEST);
  const manifest = manifestBytes === null ? null : parseManifest(manifestBytes);
  if (manifest === null) missingOr(MANIFEST, "altered: it does not read as a manifest");
  if (bag.text("bagit.txt") !== BAGIT_TXT) missingOr("bagit.txt", "altered: it is not the declaration of BagIt 1.0");
  const signed = statement === null ? null : await signedManifest(bag, statement);
  for (const path of /* @__PURE__ */ new Set([...signed?.keys() ?? [], ...bag.hashes.keys()])) {
    const was = signed?.get(path);
    if (signed === null || !path.startsWith("data/") || bag.hashes.get(path) === was) continue;
    if (was === void 0) wrong(path, "added: the manifest that was signed does not list it");
    else missingOr(path, "altered: its SHA-256 is not the one in the manifest that was signed");
  }
  let payload = 0;
  for (const [path, hash] of manifest ?? []) {
    if (!carried(path)) continue;
    const actual = bag.hashes.get(path);
    if (actual !== hash) wrong(path, actual === void 0 ? "missing" : "altered: its SHA-256 is not the one in the manifest");
    payload += 1;
  }
  for (const path of bag.hashes.keys()) {
    const known = path.startsWith("data/") ? manifest === null || manifest.has(path) : TAG_FILES.includes(path) || path === TAG_MANIFEST;
    if (!known || !isPlainPath(path)) wrong(path, "added: the bag does not list it");
  }
  for (const path of bag.unreadable) wrong(path, "it does not read: damaged, too large, no plain file, or there twice");
  for (const path of TAG_FILES.filter((each) => each !== STATEMENT && carried(each))) {
    if (statement !== null) await checkTagFile(bag, files, path, statement, findings);
  }
  if (bag.scope === "bag") {
    checkTagManifest(bag, statement, findings);
    const oxum = payloadOxum(bag.text(BAG_INFO) ?? "");
    const count = [...bag.hashes.keys()].filter((path) => path.startsWith("data/")).length;
    if (oxum?.bytes !== bag.payloadBytes || oxum.files !== count) wrong("data", `${count} files of ${bag.payloadBytes} bytes, but ${BAG_INFO} counts ${oxum?.files ?? "none"} of ${oxum?.bytes ?? "none"}`);
  }
  return `${payload} files under data/ and ${bag.scope === "bag" ? `${TAG_FILES.length + 1} beside it` : "those about them, as this page carries them"}`;
}
function checkTagManifest(bag, statement, findings) {
  const bytes = bag.bytes(TAG_MANIFEST);
  const listed = bytes === null ? null : parseManifest(bytes);
  if (listed === null || listed.size !== TAG_FILES.length || !TAG_FILES.every((path) => listed.has(path))) {
    findings.add("files", TAG_MANIFEST, bytes === null ? "missing" : "altered: it does not list the files beside data/");
  }
  const known = new Set(findings.all.map(({ where }) => where));
  for (const [path, hash] of listed ?? []) {
    if (bag.hashes.get(path) === hash || known.has(path)) continue;
    if (statement === null) findings.add("files", path, bag.hashes.has(path) ? "altered: its SHA-256 is not the one in the tag manifest" : "missing");
    else findings.add("files", TAG_MANIFEST, `altered: it has another SHA-256 for ${path}`);
  }
}
async function signedManifest(bag, statement) {
  const hash = statement.files[MANIFEST];
  if (bag.scope === "page" || bag.hashes.get(MANIFEST) === hash) return null;
  const carried = parseCopy(partPage(bag.text(PAGE) ?? "")?.copy ?? "")?.get(MANIFEST);
  return carried === void 0 || await hashHex(carried) !== hash ? null : parseManifest(carried);
}
function isCarried(path, embedded) {
  if (path === PAGE || path === VERIFIER || path === TAG_MANIFEST || embedded === "nothing") return false;
  return embedded === "all" || !isEvidence(path);
}
async function checkTagFile(bag, files, path, statement, findings) {
  const wrong = (what) => findings.add("files", path, what);
  const signed = statement.files[path];
  if (!bag.hashes.has(path)) return wrong("missing");
  if (path !== PAGE) {
    if (bag.hashes.get(path) !== signed) wrong("altered: its SHA-256 is not the one in the signed statement");
    return;
  }
  const parts = partPage(bag.text(PAGE) ?? "");
  if (parts === null || await hashHex(utf8(parts.template)) !== signed) return wrong("altered: the page is not the one in the signed statement");
  if (parts.copy !== formatCopy(await carriedFiles(bag, files, statement))) wrong("altered: the copy of the bag inside the page differs from the bag");
}
async function carriedFiles(bag, files, statement) {
  const carried = /* @__PURE__ */ new Map();
  for (const path of [...bag.hashes.keys()].filter((each) => isCarried(each, statement.embedded)).toSorted()) {
    const bytes = bag.bytes(path) ?? await files.read(path);
    if (bytes !== null) carried.set(path, bytes);
  }
  return carried;
}

// ledger/export/verifier/check-disclosed.ts
var DISCLOSED = "data/disclosed.ndjson";
var EVIDENCE = "data/evidence.ndjson";
var placeOf = ({ stream, version }) => `${stream}/${version}`;
async function checkPersonal(bag, lines, statement, findings) {
  const wrong = (where, what) => findings.add("personal", where, what);
  const opened = /* @__PURE__ */ new Map();
  const byPlace = new Map(lines.map((line) => [placeOf(line.event), line.event]));
  if (bag.hashes.has(DISCLOSED) !== statement.personal) wrong(DISCLOSED, statement.personal ? "missing" : "added: the statement says that nothing personal is disclosed");
  if (statement.personal) {
    for (const [at, text] of linesOf(bag, DISCLOSED, wrong).entries()) {
      const disclosure = parseDisclosure(text);
      const event = disclosure === null ? void 0 : byPlace.get(placeOf(disclosure));
      if (disclosure === null || event === void 0) {
        wrong(`${DISCLOSED} line ${at + 1}`, disclosure === null ? "it does not read as a disclosure" : "it is of no event that holds");
        continue;
      }
      const result = await openDisclosure(disclosure, event);
      if ("fault" in result) wrong(placeOf(event), result.fault);
      else opened.set(placeOf(event), result.personal);
    }
  }
  const expected = new Set(statement.streams.filter((each) => each.opened).map(({ stream }) => stream));
  const events = lines.map(({ event, index }) => ({ event, index, personal: opened.get(placeOf(event)) ?? null }));
  for (const { event, personal } of events) {
    if (event.sealed !== null && personal === null && expected.has(event.stream)) wrong(placeOf(event), "its personal fields are missing: the statement says that they are disclosed");
  }
  const sealed = lines.filter(({ event }) => event.sealed !== null).length;
  return { events, checked: statement.personal ? `${opened.size} of ${sealed} events with personal fields opened with their own keys` : null };
}
function checkEvidence(bag, events, statement, findings) {
  const wrong = (where, what) => findings.add("evidence", where, what);
  const notes = [];
  const files = [];
  const listed = /* @__PURE__ */ new Set();
  const accounted = /* @__PURE__ */ new Set();
  let uncarried = 0;
  if (bag.hashes.has(EVIDENCE) !== statement.evidence) wrong(EVIDENCE, statement.evidence ? "missing" : "added: the statement says that there is no evidence");
  const byPlace = new Map(events.map((each) => [placeOf(each.event), each]));
  for (const [at, text] of (statement.evidence ? linesOf(bag, EVIDENCE, wrong) : []).entries()) {
    const line = parseEvidenceLine(text);
    const of = line === null ? void 0 : byPlace.get(placeOf(line));
    if (line === null || of === void 0 || !isNamedBy(of.event, line)) {
      wrong(`${EVIDENCE} line ${at + 1}`, line === null ? "it does not read" : "no event that holds names this evidence");
      continue;
    }
    accounted.add(`${placeOf(line)} ${line.key}`);
    if (line.file === null) {
      notes.push(`${line.key}: ${line.absent === "erased" ? "erased with the person" : `its bytes were ${line.absent} when this bag was made`}`);
      continue;
    }
    listed.add(line.file);
    if (bag.scope === "page" && !isCarried(line.file, statement.embedded)) uncarried += 1;
    else {
      const hash = bag.hashes.get(line.file);
      if (hash === void 0) wrong(line.file, "missing");
      else if (of.personal === null || !plainHashes(of.personal).has(hash)) wrong(line.file, `altered: ${placeOf(line)} names other bytes`);
      else files.push({ path: line.file, stream: line.stream, version: line.version, mediaType: line.mediaType });
    }
  }
  for (const each of statement.evidence ? events : []) {
    for (const { key } of evidenceNamed(each.event.data)) if (!accounted.has(`${placeOf(each.event)} ${key}`)) wrong(placeOf(each.event), `its evidence ${key} is left out: the statement says that evidence is in the bag`);
  }
  for (const path of bag.hashes.keys()) if (isEvidence(path) && !listed.has(path)) wrong(path, "added: no event names it");
  if (uncarried > 0) notes.push(`${uncarried} pieces of evidence are too large to be carried in this page: choose the folder, or run node verify.mjs`);
  return { files, notes, checked: statement.evidence ? `${files.length} pieces of evidence, each with the hash that its event names` : null };
}

// ledger/export/verifier/check-log.ts
var CHECKPOINT = "data/checkpoint";
var PREVIOUS = "data/previous/checkpoint";
var PREVIOUS_PROOF = "data/previous/consistency";
async function signedNote(bag, path, key, findings, unsupported, check = "signature") {
  const bytes = bag.bytes(path);
  const note = bytes === null ? null : parseSignedNote(bytes);
  if (note === null) {
    findings.add(check, path, bytes === null ? "missing" : "altered: it does not read as a signed note");
    return null;
  }
  const state = await checkSignature(note, key);
  if (state === "unsupported") unsupported();
  if (state === "bad") findings.add(check, path, "altered: its signature does not hold");
  if (state === "missing") findings.add(check, path, `the key ${key.name}+${key.id} did not sign it`);
  return { ...note, state };
}
function treeHead(note, path, key, findings, check = "signature") {
  const head = parseTreeHead(note.text);
  if (head === null) findings.add(check, path, "altered: it does not read as a checkpoint");
  else if (head.origin !== key.name) findings.add(check, path, `it is of the log ${head.origin}, not of ${key.name}`);
  return head;
}
async function checkHistory(bag, statement, head, key, join2, findings, unsupported) {
  const wrong = (where, what) => findings.add("history", where, what);
  if (statement.previous === null) {
    for (const path of [PREVIOUS, PREVIOUS_PROOF]) if (bag.hashes.has(path)) wrong(path, "added: the statement knows no export before this one");
    return null;
  }
  const note = await signedNote(bag, PREVIOUS, key, findings, unsupported, "history");
  const old = note === null ? null : treeHead(note, PREVIOUS, key, findings, "history");
  if (old === null) return null;
  if (old.size !== statement.previous.size || toHex(old.root) !== statement.previous.root) wrong(PREVIOUS, "it is not the checkpoint that the statement names");
  await checkConsistency(bag, PREVIOUS_PROOF, old, head, join2, wrong);
  return `${old.size} entries then, ${head.size} now`;
}
async function checkConsistency(bag, path, old, head, join2, wrong) {
  const proof = parseConsistency(bag.text(path) ?? "");
  if (proof === null) return wrong(path, bag.hashes.has(path) ? "altered: it does not read as a consistency proof" : "missing");
  const holds2 = proof.number === old.size && proof.checkpoint === bag.text(CHECKPOINT) && await isConsistent(join2, BigInt(old.size), old.root, BigInt(head.size), head.root, proof.hashes);
  if (!holds2) wrong(path, `it does not prove that the log of ${head.size} entries begins with that of ${old.size}`);
}
async function checkAnchors(bag, head, key, join2, options, findings, unsupported) {
  const wrong = (where, what) => findings.add("anchors", where, what);
  const notes = [];
  let checked = 0;
  let timestamps = 0;
  const heard = /* @__PURE__ */ new Set();
  const keys = await Promise.all(options.witnesses.map(async (text) => ({ text, key: await parseNoteKey(text) })));
  for (const each of keys) if (each.key === null) wrong(`the witness ${each.text}`, "that is no verifier key");
  const witnesses = keys.map((each) => each.key).filter((each) => each !== null);
  const paths = [...bag.hashes.keys()].filter((path) => path.startsWith("data/anchors/"));
  for (const folder of new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/"))))) {
    const path = `${folder}/checkpoint`;
    const note = await signedNote(bag, path, key, findings, unsupported, "anchors");
    const anchored = note === null ? null : treeHead(note, path, key, findings, "anchors");
    if (note === null || anchored === null) continue;
    await checkConsistency(bag, `${folder}/consistency`, anchored, head, join2, wrong);
    for (const each of paths.filter((other) => other.startsWith(`${folder}/`))) {
      const result = each.endsWith(".tsr") ? await checkTimestamp(each, note) : each.includes("/cosignature-") ? await checkCosignature(each, note) : null;
      if (result === "checked") checked += 1;
    }
  }
  const published = parseSignedNote(bag.bytes(CHECKPOINT) ?? new Uint8Array());
  for (const signature of published?.signatures ?? []) if (published !== null && await checkSigned(CHECKPOINT, published.text, signature) === "checked") checked += 1;
  for (const witness of witnesses) if (!heard.has(witness)) wrong(`the witness ${witness.name}`, "nothing in this bag is cosigned by it");
  if (options.timestampFault !== void 0 && timestamps === 0) wrong("the authority given", "no time-stamp is in this bag");
  return { checked: paths.length === 0 && checked === 0 ? null : `${checked} cosignatures and time-stamps`, notes };
  async function checkTimestamp(path, { text }) {
    const response = bag.bytes(path);
    if (response === null) return null;
    if (!includesBytes(response, await sha256(utf8(text)))) wrong(path, "it is not a time-stamp over the checkpoint beside it");
    else if (options.timestampFault === void 0) notes.push(`${path} is over the checkpoint beside it; the authority's signature is not checked here: openssl ts -verify does (README.txt)`);
    else {
      const fault = await options.timestampFault(response, text);
      timestamps += 1;
      if (fault !== null) wrong(path, fault);
      return "checked";
    }
    return null;
  }
  async function checkCosignature(path, { text }) {
    const signature = parseSignatureLine((bag.text(path) ?? "").replace(/\n$/, ""));
    if (signature === null) wrong(path, "altered: it does not read as a cosignature");
    const result = signature === null ? null : await checkSigned(path, text, signature);
    if (signature !== null && result === null) notes.push(`${path} is by ${signature.name}, whose key was not given`);
    return result;
  }
  async function checkSigned(path, text, signature) {
    const witness = witnesses.find(({ id, name }) => id === signature.id && name === signature.name);
    if (witness === void 0) return null;
    heard.add(witness);
    const state = await checkSignature({ text, signatures: [signature] }, witness);
    if (state === "unsupported") unsupported();
    if (state === "bad") wrong(path, `the witness ${witness.name} did not sign this`);
    else if (witness.type === 4) notes.push(`${witness.name} saw the checkpoint of ${path} at ${new Date(Number(cosignedAt(signature.signature)) * 1e3).toISOString()}`);
    return "checked";
  }
}
function includesBytes(bytes, part) {
  for (let at = 0; at + part.length <= bytes.length; at += 1) if (sameBytes(bytes.subarray(at, at + part.length), part)) return true;
  return false;
}
var keyText = (bag) => bag.text(KEY)?.replace(/\n$/, "") ?? null;
var KEY = "data/log.vkey";

// ledger/export/verifier/check-tables.ts
function parseCsv(text) {
  const rows = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  let row = [];
  while (pattern.lastIndex < text.length || row.length > 0) {
    const [whole, quoted, plain, end] = pattern.exec(text) ?? [];
    if (whole === void 0 || end === "") return null;
    row.push(quoted === void 0 ? plain ?? "" : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
function checkTables(bag, eventIds, findings) {
  const tables = [...bag.hashes.keys()].filter((path) => path.startsWith("data/tables/"));
  let count = 0;
  for (const path of tables) {
    const [header, ...rows] = parseCsv(bag.text(path) ?? "") ?? [];
    const column = header?.indexOf("event_id") ?? -1;
    if (header === void 0 || column < 0) findings.add("tables", path, "it does not read as a table with the column event_id");
    else {
      for (const [at, row] of rows.entries()) {
        if (row.length !== header.length || !eventIds.has(row[column] ?? "")) findings.add("tables", `${path} row ${at + 1}`, "it comes from no event of this bag");
      }
      count += rows.length;
    }
  }
  return tables.length === 0 ? null : `${count} rows in ${tables.length} tables`;
}

// ledger/export/verifier/statement.ts
var FORM = "kyc-ledger/export-statement/v1";
function parseStatement(text) {
  if (!text.startsWith(`${FORM}
`)) return null;
  const value = jsonObject(text.slice(FORM.length + 1));
  return value !== null && isStatement(value) ? value : null;
}
function isStatement(value) {
  const { export: id, log, created, selection, personal, evidence, tree, previous, events, streams, files, embedded } = value;
  return [id, log, created].every((each) => typeof each === "string") && isObject(selection) && Object.values(selection).every((each) => each === null || typeof each === "string") && typeof personal === "boolean" && typeof evidence === "boolean" && isTree(tree) && (previous === null || isTree(previous)) && isCount(events) && Array.isArray(streams) && streams.every(isStream) && isObject(files) && Object.values(files).every((each) => typeof each === "string") && (embedded === "all" || embedded === "without evidence" || embedded === "nothing");
}
function isTree(value) {
  return isObject(value) && isCount(value["size"]) && typeof value["root"] === "string";
}
function isStream(value) {
  return isObject(value) && typeof value["stream"] === "string" && isCount(value["exported"]) && isCount(value["head"]) && typeof value["opened"] === "boolean";
}
function isCount(value) {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

// ledger/export/verifier/verify-bag.ts
async function verifyBag(files, options = {}) {
  const findings = new Findings();
  const notes = [];
  const checked = {};
  let unsupported = false;
  const cannotTell = () => {
    unsupported = true;
  };
  const report = (rest) => ({
    verdict: findings.all.length > 0 ? "refuted" : unsupported ? "unsigned" : "verified",
    findings: findings.all,
    checked,
    notes,
    key: options.key ?? null,
    keyFrom: options.key === void 0 ? "bag" : "reader",
    statement: null,
    events: [],
    evidence: [],
    ...rest
  });
  if (!hasWebCrypto()) {
    findings.add("signature", "this program", "it has no WebCrypto, so nothing can be verified");
    return report({});
  }
  const bag = await loadBag(files, options.onProgress ?? (() => {
  }));
  const ownKey = keyText(bag);
  const keyGiven = options.key ?? ownKey;
  const key = keyGiven === null ? null : await parseNoteKey(keyGiven);
  if (key?.type !== 1) {
    findings.add("signature", options.key === void 0 ? KEY : "the key given", keyGiven === null ? "missing" : "it does not read as a verifier key of a log");
    checked.files = await checkFiles(bag, files, null, findings);
    return report({ key: keyGiven });
  }
  if (ownKey !== keyGiven) findings.add("signature", KEY, "it is not the key that you gave");
  if (options.key === void 0) notes.push("The key is the one inside the bag, which proves nothing about whose it is: compare it with the one that the ledger's operator publishes, or check against that one");
  const note = await signedNote(bag, STATEMENT, key, findings, cannotTell);
  const statement = note === null ? null : parseStatement(note.text);
  const checkpointNote = await signedNote(bag, CHECKPOINT, key, findings, cannotTell);
  const head = checkpointNote === null ? null : treeHead(checkpointNote, CHECKPOINT, key, findings);
  if (note !== null && statement === null) findings.add("signature", STATEMENT, "altered: it does not read as a statement");
  checked.files = await checkFiles(bag, files, statement, findings);
  if (statement === null || head === null) return report({ key: keyGiven, statement });
  if (statement.log !== key.name) findings.add("signature", STATEMENT, `it is about the log ${statement.log}, not ${key.name}`);
  if (statement.tree.size !== head.size || statement.tree.root !== rootHex(head)) findings.add("signature", CHECKPOINT, "it is not the checkpoint that the statement names");
  checked.signature = "Ed25519";
  const join2 = rememberingJoin();
  const lines = await checkEntries(bag, head, bag.text(CHECKPOINT) ?? "", join2, findings);
  checked.entries = `${lines.length} events in the tree of ${head.size}`;
  const history = await checkHistory(bag, statement, head, key, join2, findings, cannotTell);
  if (history !== null) checked.history = history;
  checked.completeness = checkCompleteness(lines, statement, findings);
  const personal = await checkPersonal(bag, lines, statement, findings);
  if (personal.checked !== null) checked.personal = personal.checked;
  const evidence = checkEvidence(bag, personal.events, statement, findings);
  if (evidence.checked !== null) checked.evidence = evidence.checked;
  const tables = checkTables(bag, new Set(lines.map(({ event }) => event.id)), findings);
  if (tables !== null) checked.tables = tables;
  const anchors = await checkAnchors(bag, head, key, join2, { witnesses: [], ...options }, findings, cannotTell);
  if (anchors.checked !== null) checked.anchors = anchors.checked;
  notes.push(...evidence.notes, ...anchors.notes);
  const believed = checkpointNote?.state === "good" || checkpointNote?.state === "unsupported";
  return report({ key: keyGiven, statement, ...believed && { events: personal.events, evidence: evidence.files } });
}

// ledger/export/verifier/node-main.ts
var USAGE = `node verify.mjs [--key <verifier key>] [--witness <verifier key>]... [folder]

Verifies the bag in this folder, or in the one given. Ends with 0 if everything holds, with 1 if not, with 2 if asked wrongly.
`;
async function main(args) {
  const keys = [];
  const witnesses = [];
  const folders = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const list = arg === "--key" ? keys : arg === "--witness" ? witnesses : null;
    const value = list === null ? void 0 : args[at += 1];
    if (list !== null && value !== void 0) list.push(value);
    else if (arg.startsWith("-")) {
      process.stdout.write(USAGE);
      return arg === "--help" || arg === "-h" ? 0 : 2;
    } else folders.push(arg);
  }
  if (folders.length > 1 || keys.length > 1) {
    process.stdout.write(USAGE);
    return 2;
  }
  process.removeAllListeners("warning");
  const [key] = keys;
  const folder = folders[0] ?? fileURLToPath(new URL(".", import.meta.url));
  if (!await readdir2(folder).catch(() => null)) {
    process.stdout.write(`There is no folder ${folder}.
`);
    return 2;
  }
  const report = await verifyBag(folderFiles(folder), { witnesses, ...key !== void 0 && { key } });
  process.stdout.write(describeReport(report));
  return report.verdict === "verified" ? 0 : 1;
}
process.exitCode = await main(process.argv.slice(2));
