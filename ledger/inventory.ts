import type { RecordedEvent } from '../events/envelope.ts';

/** One item of the events' table as it lies there, whether or not it is what we wrote. */
export interface StoredItem {
  readonly stream: string;
  /** May be no version at all. */
  readonly version: number;
  readonly type: string;
  /** JSON of the envelope's other members, verbatim; empty where there is none. */
  readonly body: string;
  /** Does the time index lead to it, as it is, so that sweeps and projections meet it? */
  readonly indexed: boolean;
  /** Throws RecordCorrupt for an item that does not read as an event. */
  read(): RecordedEvent;
}

/**
 * Everything in the table, found without any index, so that nothing can be hidden from it: for verification alone.
 * Its role needs one permission more than the others' (a scan), and none to write.
 */
export interface EventInventory {
  /** Each item that was there when the reading began, once, in no order; later ones may come too. Strongly consistent. */
  all(): AsyncIterable<readonly StoredItem[]>;
  /** How another thread opens the same inventory; absent where only this one can read it. */
  readonly elsewhere?: InventoryElsewhere;
}

/** A module that exports `openInventory`, and what to call it with. Plain data: it travels between threads. */
export interface InventoryElsewhere {
  /** URL of the module. */
  readonly module: string;
  readonly options: unknown;
}

export interface InventoryModule {
  readonly openInventory: (options: unknown) => EventInventory;
}
