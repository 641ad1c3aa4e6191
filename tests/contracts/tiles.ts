import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeadMoved, PathRefused, TileConflict, WriterBusy } from '../../gateways/tiles/errors.ts';
import type { Tiles } from '../../gateways/tiles/port.ts';

export interface TilesSubject {
  /** Opens the same place once more, as another writer would. */
  readonly open: () => Tiles;
  readonly close: () => Promise<void>;
}

const bytes = (text: string) => Buffer.from(text);

/** What every place for tiles must do; `makeSubject` gives an empty one. */
export function describeTilesContract(name: string, makeSubject: () => Promise<TilesSubject>): void {
  describe(`tiles in ${name}`, () => {
    let subject: TilesSubject;
    let tiles: Tiles;
    beforeEach(async () => {
      subject = await makeSubject();
      tiles = subject.open();
    });
    afterEach(() => subject.close());

    const read = async (path: string) => {
      const found = await tiles.get(path);
      return found === null ? null : Buffer.from(found).toString();
    };
    const all = async (prefix: string) => (await Array.fromAsync(tiles.list(prefix))).toSorted();

    it('gives back what was put, also to another reader, and null for what was not', async () => {
      expect(await tiles.put('tile/0/x001/x234/067', bytes('hashes'))).toBe('stored');
      expect(await read('tile/0/x001/x234/067')).toBe('hashes');
      expect(Buffer.from((await subject.open().get('tile/0/x001/x234/067')) ?? bytes('')).toString()).toBe('hashes');
      expect(await read('tile/0/x001/x234/068')).toBeNull();
      expect(await read('checkpoint')).toBeNull();
    });

    it('takes the same immutable bytes again and refuses others, which leave the first untouched', async () => {
      await tiles.put('tile/entries/000.p/3', bytes('one'));
      expect(await tiles.put('tile/entries/000.p/3', bytes('one'))).toBe('exists');
      await expect(tiles.put('tile/entries/000.p/3', bytes('two'))).rejects.toThrow(TileConflict);
      await expect(tiles.put('tile/entries/000.p/3', bytes(''))).rejects.toThrow(TileConflict);
      expect(await read('tile/entries/000.p/3')).toBe('one');
    });

    it('lets exactly one of many concurrent, different writes of a path win', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => tiles.put('tile/0/000', bytes(`${at}`))));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('replaces the checkpoint and state, and nothing else', async () => {
      for (const path of ['checkpoint', 'state/index']) {
        await tiles.replace(path, bytes('one'));
        await tiles.replace(path, bytes('two'));
        expect(await read(path)).toBe('two');
      }
      await expect(tiles.replace('tile/0/000', bytes('x'))).rejects.toThrow(PathRefused);
      await expect(tiles.replace('anchors/1/note', bytes('x'))).rejects.toThrow(PathRefused);
      await expect(tiles.put('checkpoint', bytes('x'))).rejects.toThrow(PathRefused);
    });

    it('removes partial tiles and state, present or not, and nothing else', async () => {
      await tiles.put('tile/0/000.p/3', bytes('x'));
      await tiles.replace('state/index', bytes('x'));
      for (const path of ['tile/0/000.p/3', 'tile/0/000.p/3', 'state/index']) await tiles.remove(path);
      expect(await all('')).toEqual([]);
      await tiles.put('tile/0/000', bytes('x'));
      for (const path of ['tile/0/000', 'anchors/1/note']) {
        await expect(tiles.remove(path)).rejects.toThrow(PathRefused);
      }
    });

    it('lists what begins with a prefix', async () => {
      const paths = ['anchors/7/note', 'tile/0/000', 'tile/0/000.p/2', 'tile/1/000.p/1', 'tile/entries/000'];
      for (const path of paths) await tiles.put(path, bytes(path));
      await tiles.replace('checkpoint', bytes('c'));
      expect(await all('')).toEqual([...paths, 'checkpoint'].toSorted());
      expect(await all('tile/0')).toEqual(['tile/0/000', 'tile/0/000.p/2']);
      expect(await all('anchors/')).toEqual(['anchors/7/note']);
      expect(await all('nothing')).toEqual([]);
    });

    it.each(['../secret', '/etc/passwd', 'tile/../../x', 'tile//x', 'tile/.hidden', '', 'other/x', 'head/1', 'tile/A'])('refuses the path %j', async (path) => {
      await expect(tiles.get(path)).rejects.toThrow(PathRefused);
      await expect(tiles.put(path, bytes('x'))).rejects.toThrow(PathRefused);
    });

    it('moves the head only from what it is', async () => {
      expect(await tiles.readHead()).toBeNull();
      await tiles.moveHead(null, bytes('one'));
      await tiles.moveHead(bytes('one'), bytes('two'));
      await expect(tiles.moveHead(bytes('one'), bytes('three'))).rejects.toThrow(HeadMoved);
      await expect(tiles.moveHead(null, bytes('three'))).rejects.toThrow(HeadMoved);
      expect(Buffer.from((await subject.open().readHead()) ?? bytes('')).toString()).toBe('two');
    });

    it('lets exactly one of many concurrent moves of the head win, again and again', async () => {
      let head: Buffer | null = null;
      for (let round = 0; round < 5; round += 1) {
        const outcomes = await Promise.allSettled(Array.from({ length: 8 }, async (_, at) => {
          const next = bytes(`${round}-${at}`);
          await subject.open().moveHead(head, next);
          return next;
        }));
        const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
        expect(winners).toHaveLength(1);
        head = Buffer.from((await tiles.readHead()) ?? bytes(''));
        expect(winners[0]).toEqual(head);
      }
    });

    it('is claimed by one writer at a time, and free once that one lets go', async () => {
      const release = await tiles.claim();
      await expect(subject.open().claim()).rejects.toThrow(WriterBusy);
      await release();
      await (await subject.open().claim())();
    });
  });
}
