/** One received file with the form's text fields. `dispose` removes the file; call it whatever happened. */
export interface ReceivedUpload {
  readonly fields: Readonly<Record<string, string>>;
  readonly path: string;
  /** As the client named it. Only ever a label: it takes no part in any path. */
  readonly fileName: string;
  readonly declaredMediaType: string;
  readonly bytes: number;
  /** SHA-256 in hex of the bytes as they came. */
  readonly sha256: string;
  dispose(): Promise<void>;
}

/**
 * Takes a multipart/form-data body with exactly one file, in the field `file`, off the wire while it arrives.
 * Throws a Problem (400 malformed, 413 too large, 415 not a form, 422 no file or several) and leaves nothing behind then.
 */
export type ReceiveUpload = (request: Request, limits: { readonly maxBytes: number }) => Promise<ReceivedUpload>;
