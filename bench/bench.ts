/** A line of a bench's result, as console.table shows it. */
export type Row = Readonly<Record<string, string | number>>;

/** One bench: a file in this folder that exports `bench`, and its line in main.ts. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(): Promise<readonly Row[]>;
}

/** Milliseconds of each round, by contender. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** One way of doing the work: `prepare` is not timed, `work` is. */
export interface Contender {
  readonly name: string;
  prepare(): Promise<() => Promise<unknown>>;
}

/**
 * Lets the contenders take turns, in another order each round, so that whatever else the machine does hits all of them.
 * Answers each one's times of the rounds in milliseconds; the first rounds only warm up and are left out.
 */
export async function takeTurns(contenders: readonly Contender[], rounds: number, warmUp = 2): Promise<Times> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(turn + round) % contenders.length];
      if (contender === undefined) continue;
      const work = await contender.prepare();
      const start = performance.now();
      await work();
      if (round >= warmUp) times.get(contender.name)?.push(performance.now() - start);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** A contender's median round in milliseconds. */
export function typical(times: Times, of: string): number {
  return median(times.get(of) ?? []);
}

/**
 * How many times as fast as `against`, above 1 is faster: the median of the rounds' ratios, two decimals. Rounds are
 * compared one by one because the machine's mood lasts longer than a round.
 */
export function speed(times: Times, of: string, against: string): number {
  const others = times.get(against) ?? [];
  const ratios = (times.get(of) ?? []).map((time, round) => (others[round] ?? Number.NaN) / time);
  return Math.round(median(ratios) * 100) / 100;
}

/** A line below rows of growing size: how far the cost of one event differs between them, largest over smallest (target 1.2). */
export function flatness(rows: readonly Row[], column: string): Row {
  const costs = rows.map((row) => Number(row[column]));
  return { events: 'largest / smallest', [column]: Math.round((Math.max(...costs) / Math.min(...costs)) * 100) / 100 };
}
