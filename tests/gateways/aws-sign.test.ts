import { afterEach, describe, expect, it } from 'vitest';
import { createOpenSearchAuditIndex } from '../../gateways/audit-index/opensearch.ts';
import { databaseToken, signedFetch } from '../../gateways/aws/sign.ts';
import { startStandIn, type StandIn } from '../support/aws/stand-in.ts';

const options = { region: 'eu-west-2', credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }) };
const standIns: StandIn[] = [];
afterEach(async () => {
  await Promise.all(standIns.splice(0).map((each) => each.close()));
});

describe('signed requests', () => {
  it('of the audit index bear a signature for the service es over their body, and the session\'s token', async () => {
    const standIn = await startStandIn(() => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"hits":{"hits":[]}}' }));
    standIns.push(standIn);
    const index = createOpenSearchAuditIndex({ url: standIn.endpoint, send: signedFetch('es', options), template: '{}' });
    await index.search({ text: 'decision' });
    const search = standIn.asked.find(({ url }) => url.pathname.endsWith('/_search'));
    expect(search?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-2\/es\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}$/);
    expect(search?.headers['x-amz-security-token']).toBe('session');
    expect(search?.headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(search?.body.toString() ?? '')).toHaveProperty('query');
  });

  it('for a database are a token of fifteen minutes for one user, in the form of the RDS user guide', async () => {
    const token = await databaseToken({ host: 'proxy.example.eu-west-2.rds.amazonaws.com', port: 5432, user: 'kyc_app' }, options);
    const url = new URL(`https://${token}`);
    expect(token).toMatch(/^proxy\.example\.eu-west-2\.rds\.amazonaws\.com:5432\/\?/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'connect', DBUser: 'kyc_app', 'X-Amz-Expires': '900', 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-SignedHeaders': 'host',
      'X-Amz-Credential': expect.stringMatching(/\/eu-west-2\/rds-db\/aws4_request$/), 'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/), 'X-Amz-Security-Token': 'session',
    });
  });
});
