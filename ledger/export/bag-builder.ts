import type { RecordedEvent } from '../../events/envelope.ts';
import { anchorFolder, parseAnchorPath } from '../log/anchor-files.ts';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.ts';
import { equalBytes, hashLeaf, sha256 } from '../log/hash.ts';
import { leafBytes } from '../log/leaf.ts';
import { consistencyProof, inclusionProof, type NodeReader } from '../log/make-proof.ts';
import { formatVerifierKey, type NoteSigner, type VerifierKey } from '../log/note-key.ts';
import { formatNote, parseNote, signNote } from '../log/note.ts';
import type { LogSource } from '../log/ports.ts';
import { formatProofFile } from '../log/proof-file.ts';
import { nodesFrom } from '../log/read-tiles.ts';
import { formatAddCheckpoint } from '../log/witness-request.ts';
import type { BagAssets, BagSink } from './bag-sink.ts';
import { ExportImpossible, ExportTooLarge } from './errors.ts';
import { readmeText } from './readme.ts';
import { BAG_INFO, BAGIT_TXT, formatBagInfo, formatManifest, MANIFEST, PAGE, README, STATEMENT, TAG_MANIFEST, VERIFIER } from './verifier/bagit.ts';
import type { Bytes } from './verifier/bytes.ts';
import { DISCLOSED, EVIDENCE } from './verifier/check-disclosed.ts';
import { EVENTS } from './verifier/check-entries.ts';
import { isCarried } from './verifier/check-files.ts';
import { CHECKPOINT, KEY, PREVIOUS, PREVIOUS_PROOF } from './verifier/check-log.ts';
import { formatDisclosure } from './verifier/disclosed.ts';
import { formatEventLine, proofPath, readLeaf } from './verifier/event-line.ts';
import { evidencePath, formatEvidenceLine, type EvidenceLine, type NamedEvidence } from './verifier/evidence-line.ts';
import { fillPage, formatCopy } from './verifier/page-copy.ts';
import { isEvidence } from './verifier/read-bag.ts';
import { formatStatement, type Embedded, type Statement, type StreamState } from './verifier/statement.ts';

/** Bytes of the bag up to which index.html carries them inside it; browsers open such a page in seconds. */
const MAX_CARRIED = 96 * 1024 * 1024;
/** Bytes of everything but evidence; they are held in memory until the bag is finished. */
const MAX_HELD = 256 * 1024 * 1024;

export interface BagOptions {
  readonly exportId: string;
  /** RFC 3339. */
  readonly created: string;
  /** The log's tiles, and its published checkpoint (signed note). */
  readonly source: LogSource;
  readonly checkpoint: string;
  readonly key: VerifierKey;
  readonly signer: NoteSigner;
  readonly selection: Statement['selection'];
  /** Are keys of personal fields disclosed? */
  readonly personal: boolean;
  readonly evidence: boolean;
  /** The signed checkpoint of the export before this one. */
  readonly previous: string | null;
  readonly assets: BagAssets;
  readonly sink: BagSink;
}

/** An event for the bag: its place in the log, and its own key where it is disclosed. */
export interface ExportedEvent {
  readonly recorded: RecordedEvent;
  readonly index: number;
  readonly key: Uint8Array | null;
}

/**
 * Builds a bag: streams first, then files of other kinds, then `finish`. Every event is checked against the log on the
 * way, so that no bag comes out that does not verify. Throws ExportImpossible, ExportTooLarge.
 */
export class BagBuilder {
  readonly #options: BagOptions;
  readonly #head: Checkpoint;
  readonly #node: NodeReader;
  readonly #hashes = new Map<string, string>();
  readonly #held = new Map<string, Bytes>();
  readonly #events: string[] = [];
  readonly #disclosed: string[] = [];
  readonly #evidence: string[] = [];
  readonly #streams: StreamState[] = [];
  #payloadBytes = 0;
  #heldBytes = 0;
  #evidenceBytes = 0;

  constructor(options: BagOptions) {
    this.#options = options;
    this.#head = parseCheckpoint(parseNote(options.checkpoint).text);
    this.#node = remember(nodesFrom(options.source, this.#head.size));
  }

  get treeSize(): number {
    return this.#head.size;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  /** Versions 1, 2, 3 ... of a stream; `head` is its last version in the tree. */
  async addStream(stream: string, events: readonly ExportedEvent[], head: number): Promise<void> {
    let opened = this.#options.personal;
    for (const [at, { recorded, index, key }] of events.entries()) {
      const where = `${stream}/${at + 1}`;
      if (recorded.stream !== stream || recorded.version !== at + 1) throw new ExportImpossible(where, 'the store gave another event in its place');
      const leaf = leafBytes(recorded);
      const event = readLeaf(leaf);
      if (event === null || index >= this.#head.size || !equalBytes(await this.#node(0, index), hashLeaf(leaf))) {
        throw new ExportImpossible(where, 'the stored event is not the one in the log');
      }
      this.#events.push(formatEventLine(leaf, event, index));
      const hashes = await inclusionProof(index, this.#head.size, this.#node);
      await this.addFile(proofPath(stream, recorded.version), formatProofFile({ extra: null, index, hashes, checkpoint: this.#options.checkpoint }));
      if (recorded.sealed === null || !this.#options.personal) continue;
      if (key === null) opened = false;
      else this.#disclosed.push(formatDisclosure({ stream, version: recorded.version, key: Buffer.from(key).toString('base64'), sealed: recorded.sealed }));
    }
    this.#streams.push({ stream, exported: events.length, head, opened });
  }

  /** A piece of evidence that the event names: its plain bytes, or why they cannot be had. */
  async addEvidence(of: Pick<RecordedEvent, 'stream' | 'version'>, named: NamedEvidence, plain: Uint8Array | NonNullable<EvidenceLine['absent']>): Promise<void> {
    const { stream, version } = of;
    const absent = typeof plain === 'string' ? plain : null;
    const file = typeof plain === 'string' ? null : evidencePath(named);
    this.#evidence.push(formatEvidenceLine({ stream, version, key: named.key, sealedSha256: named.sha256, mediaType: named.mediaType, file, absent }));
    if (file !== null && typeof plain !== 'string' && !this.#hashes.has(file)) await this.addFile(file, plain);
  }

  /** What others vouched for last at or before this tree, with the proof that this tree begins with that one. */
  async addAnchors(): Promise<void> {
    const { source, checkpoint } = this.#options;
    const found = new Map<number, string[]>();
    for await (const path of source.list('anchors/')) {
      const anchor = parseAnchorPath(path);
      if (anchor !== null && anchor.size > 0 && anchor.size <= this.#head.size) found.set(anchor.size, [...(found.get(anchor.size) ?? []), path]);
    }
    const [size, paths] = [...found].filter(([, each]) => each.length > 1).toSorted(([a], [b]) => b - a)[0] ?? [0, []];
    if (size === 0) return;
    for (const path of paths.toSorted()) {
      const bytes = await source.get(path);
      if (bytes !== null) await this.addFile(`data/${path}`, bytes);
    }
    await this.addFile(`data/${anchorFolder(size)}/consistency`, formatAddCheckpoint({ oldSize: size, proof: await this.#consistency(size), checkpoint }));
  }

  /** Any other file, `path` beginning with `data/`. */
  async addFile(path: string, content: Uint8Array | string): Promise<void> {
    const bytes: Bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    if (this.#hashes.has(path)) throw new ExportImpossible(path, 'it would be in the bag twice');
    this.#hashes.set(path, sha256(bytes).toString('hex'));
    if (path.startsWith('data/')) this.#payloadBytes += bytes.length;
    if (isEvidence(path)) this.#evidenceBytes += bytes.length;
    else this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_HELD) throw new ExportTooLarge('The events of this export do not fit one bag');
    if (!isEvidence(path) || this.#evidenceBytes + this.#heldBytes <= MAX_CARRIED) this.#held.set(path, bytes);
    await this.#options.sink.add(path, bytes);
  }

  /** Writes what follows from all the rest. Answers the SHA-256, in hex, of the payload manifest. */
  async finish(): Promise<{ readonly manifestSha256: string }> {
    const { created, exportId, personal, evidence, key, signer, selection, assets } = this.#options;
    await this.addFile(EVENTS, lines(this.#events));
    if (personal) await this.addFile(DISCLOSED, lines(this.#disclosed));
    if (evidence) await this.addFile(EVIDENCE, lines(this.#evidence));
    await this.addFile(CHECKPOINT, this.#options.checkpoint);
    await this.addFile(KEY, `${formatVerifierKey(key)}\n`);
    const previous = await this.#addPrevious();

    const files = [...this.#hashes].length;
    const manifest = formatManifest(this.#hashes);
    const partial: Omit<Statement, 'files'> = {
      export: exportId, log: key.name, created, selection, personal, evidence,
      tree: { size: this.#head.size, root: Buffer.from(this.#head.root).toString('hex') },
      previous, events: this.#events.length, streams: this.#streams, embedded: this.#embedded(),
    };
    const beside = new Map([
      ['bagit.txt', BAGIT_TXT],
      [BAG_INFO, formatBagInfo({ created, exportId, log: key.name, bytes: this.#payloadBytes, files, personal })],
      [MANIFEST, manifest],
      [README, readmeText(partial, formatVerifierKey(key))],
      [VERIFIER, assets.verifier],
    ]);
    const signed = Object.fromEntries([...beside, [PAGE, assets.page] as const].map(([path, text]) => [path, sha256(text).toString('hex')]));
    beside.set(STATEMENT, formatNote(await signNote(formatStatement({ ...partial, files: signed }), key.name, signer)));
    for (const [path, text] of beside) await this.addFile(path, text);
    await this.addFile(PAGE, fillPage(assets.page, this.#copy(partial.embedded)));
    const tagHashes = new Map([...this.#hashes].filter(([path]) => !path.startsWith('data/')));
    await this.addFile(TAG_MANIFEST, formatManifest(tagHashes));
    return { manifestSha256: sha256(manifest).toString('hex') };
  }

  async #addPrevious(): Promise<Statement['previous']> {
    const { previous, checkpoint } = this.#options;
    if (previous === null) return null;
    const old = parseCheckpoint(parseNote(previous).text);
    if (old.size < 1 || old.size > this.#head.size) throw new ExportImpossible('previous checkpoint', `its tree of ${old.size} is no beginning of the tree of ${this.#head.size}`);
    await this.addFile(PREVIOUS, previous);
    await this.addFile(PREVIOUS_PROOF, formatAddCheckpoint({ oldSize: old.size, proof: await this.#consistency(old.size), checkpoint }));
    return { size: old.size, root: Buffer.from(old.root).toString('hex') };
  }

  async #consistency(size: number): Promise<readonly Uint8Array[]> {
    return size === this.#head.size ? [] : consistencyProof(size, this.#head.size, this.#node);
  }

  #embedded(): Embedded {
    if (this.#heldBytes + this.#evidenceBytes <= MAX_CARRIED) return 'all';
    return this.#heldBytes <= MAX_CARRIED ? 'without evidence' : 'nothing';
  }

  #copy(embedded: Embedded): string {
    const carried = [...this.#held].filter(([path]) => isCarried(path, embedded)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return formatCopy(new Map(carried));
  }
}

function lines(each: readonly string[]): string {
  return each.map((line) => `${line}\n`).join('');
}

/** Nodes high up are in nearly every proof. */
function remember(node: NodeReader): NodeReader {
  const known = new Map<string, Promise<Uint8Array>>();
  return (height, index) => {
    const place = `${height}/${index}`;
    const hash = known.get(place) ?? node(height, index);
    known.set(place, hash);
    return hash;
  };
}
