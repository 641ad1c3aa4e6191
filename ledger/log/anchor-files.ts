/** Everything that others have said about the checkpoint of one size lies in one folder, immutable. */
export function anchorFolder(size: number): string {
  return `anchors/${String(size).padStart(12, '0')}`;
}

/** The checkpoint as this log signed it: what the others vouch for. */
export function anchoredCheckpointPath(size: number): string {
  return `${anchorFolder(size)}/checkpoint`;
}

/** A witness's signature line; `keyId` are the 8 hex digits of its key. */
export function cosignaturePath(size: number, keyId: string): string {
  return `${anchorFolder(size)}/cosignature-${keyId}`;
}

/** An RFC 3161 response in DER; `name` is the operator's short name for the authority. */
export function timestampPath(size: number, name: string): string {
  return `${anchorFolder(size)}/timestamp-${name}.tsr`;
}

export type AnchorFile =
  | { readonly kind: 'checkpoint'; readonly size: number }
  | { readonly kind: 'cosignature'; readonly size: number; readonly keyId: string }
  | { readonly kind: 'timestamp'; readonly size: number; readonly name: string };

/** What an anchor's path stands for; null for a path that is none. */
export function parseAnchorPath(path: string): AnchorFile | null {
  const [, digits, file] = /^anchors\/(\d{12,16})\/([^/]+)$/.exec(path) ?? [];
  if (digits === undefined || file === undefined) return null;
  const size = Number(digits);
  if (file === 'checkpoint') return { kind: 'checkpoint', size };
  const keyId = /^cosignature-([0-9a-f]{8})$/.exec(file)?.[1];
  if (keyId !== undefined) return { kind: 'cosignature', size, keyId };
  const name = /^timestamp-([a-z0-9-]+)\.tsr$/.exec(file)?.[1];
  return name === undefined ? null : { kind: 'timestamp', size, name };
}
