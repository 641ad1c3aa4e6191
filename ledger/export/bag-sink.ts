/** Where the files of a bag go, one after the other: a folder, or a zip archive that is being written. */
export interface BagSink {
  /** `path` is relative to the bag; each comes once. The bytes are not changed afterwards. */
  add(path: string, bytes: Uint8Array): Promise<void>;
}

/** What every bag brings along besides its data. */
export interface BagAssets {
  /** index.html with nothing in the place of the copy. */
  readonly page: string;
  /** verify.mjs. */
  readonly verifier: string;
}
