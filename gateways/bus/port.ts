import type { EventMetadata } from '../../events/envelope.ts';

/** What travels: nothing personal. Source `kyc.ledger`, detail-type = `type`, detail = {metadata, data}. */
export interface BusEntry {
  readonly type: string;
  readonly metadata: EventMetadata & { readonly schemaVersion: number };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Bus {
  /** Sends all entries, in order, sending again those the bus refused. Throws BusUnavailable with the ones left over. */
  publish(entries: readonly BusEntry[]): Promise<void>;
}
