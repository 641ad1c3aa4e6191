/** Base of the handlers' errors: a stable code, never personal data. Each is worth a retry. */
export class HandlerError extends Error {
  override readonly name: string = 'HandlerError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The stream was busy for longer than we kept deciding anew. */
export class StreamBusy extends HandlerError {
  override readonly name = 'StreamBusy';
  constructor(stream: string) {
    super('STREAM_BUSY', `${stream} was changed by others each time`);
  }
}

/** The aggregate refused what its own workflow asked for: the step before it is not done, or this is a mistake of ours. */
export class StepRefused extends HandlerError {
  override readonly name = 'StepRefused';
}
