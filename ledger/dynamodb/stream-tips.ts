/** The last event of a stream that this process knows to be in the table. */
export interface Tip {
  readonly version: number;
  /** Time (RFC 3339) of its place in the time index. */
  readonly time: string;
}

/**
 * What this process knows about how far streams reach. An event that is in the table stays there for ever, so "version n
 * exists", once seen, needs no second look: an append after n cannot leave a gap. A stream that is not known, or not that
 * far, costs one read; forgetting is therefore always safe.
 */
export class StreamTips {
  readonly #tips = new Map<string, Tip>();
  readonly #limit: number;

  constructor(limit = 50_000) {
    this.#limit = limit;
  }

  get(stream: string): Tip | undefined {
    return this.#tips.get(stream);
  }

  learn(stream: string, tip: Tip): void {
    const known = this.#tips.get(stream);
    if (known !== undefined && known.version >= tip.version) return;
    this.#tips.delete(stream);
    this.#tips.set(stream, tip);
    if (this.#tips.size <= this.#limit) return;
    const [oldest] = this.#tips.keys();
    if (oldest !== undefined) this.#tips.delete(oldest);
  }
}
