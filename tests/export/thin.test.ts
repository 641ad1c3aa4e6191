import { expect, test } from 'vitest';
import { describeReport } from '../../ledger/export/verifier/describe.ts';
import { verifyBag } from '../../ledger/export/verifier/verify-bag.ts';
import { exportBag, makeWorld } from './support.ts';

test('thin', async () => {
  const world = await makeWorld();
  const bag = await exportBag(world);
  const report = await verifyBag(bag, { key: world.key });
  console.log([...bag.files].map(([path, bytes]) => `${path} ${bytes.length}`).join('\n'));
  console.log(describeReport(report));
  expect(report.verdict).toBe('verified');
});
