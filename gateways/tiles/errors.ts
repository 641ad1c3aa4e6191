/** Other bytes lie under an immutable path already. */
export class TileConflict extends Error {
  override readonly name = 'TileConflict';
  readonly code = 'TILE_CONFLICT';
  readonly path: string;
  constructor(path: string) {
    super(`${path} is immutable and already holds other bytes`);
    this.path = path;
  }
}

/** The head is not what the writer believed: somebody else moved it. */
export class HeadMoved extends Error {
  override readonly name = 'HeadMoved';
  readonly code = 'HEAD_MOVED';
  constructor(options?: ErrorOptions) {
    super('The head of the log was moved by another writer', options);
  }
}

/** Another process holds the claim to write. */
export class WriterBusy extends Error {
  override readonly name = 'WriterBusy';
  readonly code = 'WRITER_BUSY';
  constructor(holder: string) {
    super(`Another process (${holder}) is sequencing this log; only one may`);
  }
}

/** The path is none that the caller may write this way. */
export class PathRefused extends Error {
  override readonly name = 'PathRefused';
  readonly code = 'PATH_REFUSED';
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
  }
}
