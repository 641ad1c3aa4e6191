import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WriterBusy } from '../../gateways/tiles/errors.ts';
import { folderTiles } from '../../gateways/tiles/folder.ts';
import { describeTilesContract } from '../contracts/tiles.ts';
import { emptyTiles, memoryTiles } from '../support/memory/tiles.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'kyc-tiles-'));

describeTilesContract('a folder', async () => {
  const root = await makeFolder();
  return { open: () => folderTiles(root), close: () => rm(root, { recursive: true }) };
});

describeTilesContract('memory', async () => {
  const content = emptyTiles();
  return { open: () => memoryTiles(content), close: async () => {} };
});

describe('a folder of tiles', () => {
  let root: string;
  beforeEach(async () => {
    root = await makeFolder();
  });
  afterEach(() => rm(root, { recursive: true }));

  it('has the layout of the specification and leaves no rubbish', async () => {
    const tiles = folderTiles(root);
    await tiles.put('tile/entries/x001/067.p/8', Buffer.from('x'));
    await tiles.replace('checkpoint', Buffer.from('x'));
    const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    expect(files.map((file) => join(file.parentPath, file.name)).toSorted()).toEqual([join(root, 'checkpoint'), join(root, 'tile/entries/x001/067.p/8')]);
  });

  it('keeps no more than two heads', async () => {
    const tiles = folderTiles(root);
    let head: Buffer | null = null;
    for (let at = 0; at < 5; at += 1) {
      const next = Buffer.from(`${at}`);
      await tiles.moveHead(head, next);
      head = next;
    }
    expect(await readdir(join(root, 'head'))).toHaveLength(2);
  });

  it('refuses a second process while the first one lives, and lets it in once the first was killed', async () => {
    const holder = spawn(process.execPath, ['--input-type=module', '-e', `
      import { folderTiles } from ${JSON.stringify(new URL('../../gateways/tiles/folder.ts', import.meta.url).href)};
      await folderTiles(${JSON.stringify(root)}).claim();
      console.log('claimed');
      setInterval(() => {}, 1000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(folderTiles(root).claim()).rejects.toThrow(WriterBusy);
    await expect(folderTiles(root).claim()).rejects.toThrow(`process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await folderTiles(root).claim())();
  });
});
