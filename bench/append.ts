import { randomUUID } from 'node:crypto';
import { ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
import { INSERT_COLUMNS, parameters, toItem } from '../ledger/dynamodb/event-item.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import { type Bench, type Contender, type Row, speed, takeTurns, typical } from './bench.ts';
import { type Arena, CASTORE, anEvent, asCastore, asNew, asRecorded, openArena } from './event-store-arena.ts';

const ROUNDS = 25;
const EVENTS = 192;

interface Log {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

export const bench: Bench = {
  name: 'append',
  summary: `append of one event, ${EVENTS} a round, medians of ${ROUNDS} alternating rounds; columns × say how many times as fast`,
  async run() {
    const arena = await openArena();
    try {
      return [await withWriters(arena, 1), await withWriters(arena, 16)].flat();
    } finally {
      await arena.stop();
    }
  },
};

const recorded = (log: Log) => log.events.map((event, i) => asRecorded(log.stream, i + 1, event));

/** Each writer appends to a stream of its own, one event after the other. */
async function withWriters(arena: Arena, writers: number): Promise<Row[]> {
  const fresh = (): Log[] =>
    Array.from({ length: writers }, () => {
      const stream = `applicant-${randomUUID()}`;
      return { stream, events: Array.from({ length: EVENTS / writers }, () => asNew(anEvent(stream))) };
    });
  const contender = <T>(name: string, ready: (log: Log) => readonly T[], push: (one: T, log: Log, version: number) => Promise<unknown>): Contender => ({
    name,
    prepare: async () => {
      const logs = fresh().map((log) => ({ log, ready: ready(log) }));
      return () => Promise.all(logs.map(async (each) => {
        for (const [i, one] of each.ready.entries()) await push(one, each.log, i + 1);
      }));
    },
  });

  const Statement = `INSERT INTO "${arena.tables.events}" VALUE ${INSERT_COLUMNS}`;
  const contenders = [
    contender('bare INSERT', (log) => recorded(log).map((event) => parameters(toItem(event, ''))), (Parameters) =>
      arena.client.send(new ExecuteStatementCommand({ Statement, Parameters }))),
    contender('Castore pushEvent', (log) => recorded(log).map(asCastore), (event) => arena.castore.pushEvent(event, CASTORE)),
    contender('event store', recorded, (event, log, version) => arena.store.append(log.stream, version - 1, [event])),
    contender('ledger, sealing', (log) => log.events, (event, log, version) => arena.ledger.append(log.stream, version - 1, [event])),
  ];
  const times = await takeTurns(contenders, ROUNDS);
  return contenders.map(({ name }) => ({
    writers,
    contender: name,
    'events/s': Math.round(EVENTS / (typical(times, name) / 1000)),
    '× bare INSERT': speed(times, name, 'bare INSERT'),
    '× Castore': speed(times, name, 'Castore pushEvent'),
  }));
}
