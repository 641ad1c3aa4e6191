import { afterAll, describe } from 'vitest';
import { createOpenSearchAuditIndex } from '../../gateways/audit-index/opensearch.ts';
import { describeAuditIndexContract } from '../contracts/audit-index.ts';
import { startOpenSearch } from './servers/java.ts';

const server = await startOpenSearch();
afterAll(() => server?.stop());

describe.skipIf(server === null)('on a real OpenSearch', () => {
  let count = 0;
  describeAuditIndexContract('OpenSearch', async () => {
    count += 1;
    return createOpenSearchAuditIndex({ url: `http://127.0.0.1:${server?.port}`, index: `kyc-audit-${count}` });
  });
});
