import type { RecordedEvent } from '../../events/envelope.ts';
import type { Tiles } from '../../gateways/tiles/port.ts';
import type { ExportLog } from '../../handlers/export.ts';
import type { Log } from '../../handlers/deps.ts';
import { type VerifierKey, verifierKey } from '../../ledger/log/note-key.ts';
import { openSequencer, type Sequencer, type SequenceResult } from '../../ledger/log/sequencer.ts';
import { errorFields } from '../log.ts';
import type { Settings } from '../settings.ts';
import { Anchorer, openAnchorage, type Anchorage } from './anchorage.ts';
import { openTiles } from './choices.ts';
import type { Stores } from './stores.ts';

/** Where the log of a platform lies. */
export const tilesOf = (settings: Pick<Settings, 'dataFolder' | 'values'>): Tiles => openTiles(settings);

/** The key that verifies this platform's checkpoints. */
export async function logKeyOf(settings: Pick<Settings, 'values'>, { keys }: Pick<Stores, 'keys'>): Promise<VerifierKey> {
  return verifierKey(settings.values.KYC_LEDGER_ORIGIN, await keys.publicKey());
}

const clock = (): Date => new Date();

/**
 * How long events are gathered before they are sequenced. Each batch leaves a partial tile and bundle until 256 entries
 * fill them, and syncs some ten files; a case records its events one by one.
 */
const GATHER_MS = 100;


type LogSettings = Pick<Settings, 'dataFolder' | 'values'>;
type LogStores = Pick<Stores, 'store' | 'keys'>;

/** The log while the platform runs: every event gets its place in it, soon after it was recorded or by the next sweep. */
export class TransparencyLog {
  readonly tiles: Tiles;
  readonly key: VerifierKey;
  /** What exports need of it. */
  readonly forExports: ExportLog;
  readonly #open: () => Promise<Sequencer>;
  readonly #log: Log;
  readonly #anchorer: Anchorer;
  #sequencer: Promise<Sequencer> | null = null;
  #gathered: RecordedEvent[] = [];
  #gathering: NodeJS.Timeout | null = null;
  #stopped = false;

  private constructor(settings: LogSettings, { store, keys }: LogStores, key: VerifierKey, anchorage: Anchorage, log: Log) {
    this.tiles = tilesOf(settings);
    this.key = key;
    this.#log = log;
    this.#open = () => openSequencer({ tiles: this.tiles, store, signer: keys, origin: key.name, clock });
    this.#anchorer = new Anchorer({
      log, clock, anchorage, everyMinutes: settings.values.KYC_ANCHOR_MINUTES,
      open: async () => ({ tiles: this.tiles, sequencer: await this.sequencer() }),
    });
    this.forExports = {
      source: this.tiles, key, signer: keys,
      catchUp: () => this.catchUp(),
      indexOf: async (stream, version) => (await this.sequencer()).indexOf(stream, version),
    };
  }

  /** Throws SettingsInvalid when a witness's key or an authority's certificate does not read. */
  static async open(settings: LogSettings, stores: LogStores, log: Log): Promise<TransparencyLog> {
    return new TransparencyLog(settings, stores, await logKeyOf(settings, stores), await openAnchorage(settings), log);
  }

  /**
   * The one writer. Throws LogInconsistent where head, tiles and checkpoint contradict each other: then events are still
   * recorded, but nothing enters the log until somebody has looked.
   */
  sequencer(): Promise<Sequencer> {
    const opening = this.#sequencer ?? this.#open();
    this.#sequencer = opening;
    opening.catch(() => {
      this.#sequencer = null;
    });
    return opening;
  }

  /** Takes events that have just been appended, together with those of the next moment. Never throws and does not wait. */
  wake(events: readonly RecordedEvent[]): void {
    if (this.#stopped) return;
    for (const event of events) this.#gathered.push(event);
    this.#gathering ??= setTimeout(() => void this.#enter(), GATHER_MS);
  }

  async #enter(): Promise<void> {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#gathering = null;
    const events = this.#gathered.splice(0);
    if (events.length > 0) await this.#told(async () => (await this.sequencer()).sequence(events));
  }

  /** Everything that has been recorded, also what no wake-up told of. */
  async catchUp(): Promise<SequenceResult> {
    const result = await (await this.sequencer()).catchUp();
    for (const { stream, version } of result.held) this.#log.error('an event may not enter the log yet', { stream, version });
    return result;
  }

  /** The sweep by the clock: what is wrong is logged, and tried again by the next one. */
  async sweep(): Promise<void> {
    await this.#told(() => this.catchUp());
  }

  /** Has the published checkpoint time-stamped and cosigned, as often as the settings allow. What is wrong is logged. */
  async anchor(): Promise<void> {
    await this.#told(() => this.#anchorer.run());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#enter();
    const sequencer = await this.#sequencer?.catch(() => null);
    await sequencer?.close();
  }

  async #told(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log.error('the log of the ledger could not do its work', { ...errorFields(error), reason: error instanceof Error ? error.message : 'unknown' });
    }
  }
}
