/** The key service cannot be reached, or the master key cannot be used; the message says why. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly code = 'KEYS_UNAVAILABLE';
}

/** The wrapped key or its context was altered, or it was wrapped by another master key. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
  readonly code = 'KEY_REFUSED';
  constructor(options?: ErrorOptions) {
    super('The wrapped key does not open in this context', options);
  }
}
