import type { BusEntry } from './port.ts';

/** The bus did not take these entries, in spite of several attempts; the others are on their way. */
export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
  readonly code = 'BUS_UNAVAILABLE';
  readonly remaining: readonly BusEntry[];

  constructor(remaining: readonly BusEntry[], options?: ErrorOptions) {
    super(`The bus did not take ${remaining.length} ${remaining.length === 1 ? 'entry' : 'entries'}`, options);
    this.remaining = remaining;
  }
}
