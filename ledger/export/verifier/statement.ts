import { isObject, jsonObject } from './bytes.ts';

/** First line of the signed text: keeps it apart from checkpoints, which the same key signs. */
const FORM = 'kyc-ledger/export-statement/v1';

/** What the ledger's key vouches for about one export. Whatever is left out of the bag or put in contradicts it. */
export interface Statement {
  readonly export: string;
  /** Name of the log. */
  readonly log: string;
  /** RFC 3339. */
  readonly created: string;
  readonly selection: Readonly<Record<string, string | null>>;
  /** Are the keys of the personal fields in the bag? */
  readonly personal: boolean;
  readonly evidence: boolean;
  /** The tree that everything is proven against; root in hex. */
  readonly tree: TreeState;
  /** The tree of the export before this one; null for the first. */
  readonly previous: TreeState | null;
  readonly events: number;
  readonly streams: readonly StreamState[];
  /** SHA-256, in hex, of the files beside `data/`; of index.html without the copy of the bag inside it. */
  readonly files: Readonly<Record<string, string>>;
  readonly embedded: Embedded;
}

export interface TreeState {
  readonly size: number;
  readonly root: string;
}

export interface StreamState {
  readonly stream: string;
  /** Versions 1 to this one are in the bag. */
  readonly exported: number;
  /** The stream's last version in the tree: more than `exported` only where the export is as of a moment. */
  readonly head: number;
  /** Are the keys of all its sealed events in the bag? Never for one who was erased. */
  readonly opened: boolean;
}

/** How much of the bag index.html carries inside it, so that it can be verified without a network. */
export type Embedded = 'all' | 'without evidence' | 'nothing';

/** The text to sign, with its last newline. */
export function formatStatement(statement: Statement): string {
  return `${FORM}\n${JSON.stringify(statement, null, 1)}\n`;
}

/** null for a text that is no statement. */
export function parseStatement(text: string): Statement | null {
  if (!text.startsWith(`${FORM}\n`)) return null;
  const value = jsonObject(text.slice(FORM.length + 1));
  return value !== null && isStatement(value) ? value : null;
}

function isStatement(value: object): value is Statement {
  const { export: id, log, created, selection, personal, evidence, tree, previous, events, streams, files, embedded } = value as Readonly<Record<string, unknown>>;
  return (
    [id, log, created].every((each) => typeof each === 'string') &&
    isObject(selection) && Object.values(selection).every((each) => each === null || typeof each === 'string') &&
    typeof personal === 'boolean' && typeof evidence === 'boolean' &&
    isTree(tree) && (previous === null || isTree(previous)) && isCount(events) &&
    Array.isArray(streams) && streams.every(isStream) &&
    isObject(files) && Object.values(files).every((each) => typeof each === 'string') &&
    (embedded === 'all' || embedded === 'without evidence' || embedded === 'nothing')
  );
}

function isTree(value: unknown): boolean {
  return isObject(value) && isCount(value['size']) && typeof value['root'] === 'string';
}

function isStream(value: unknown): boolean {
  return isObject(value) && typeof value['stream'] === 'string' && isCount(value['exported']) && isCount(value['head']) && typeof value['opened'] === 'boolean';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
