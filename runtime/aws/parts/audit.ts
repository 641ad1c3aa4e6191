import type { AuditIndex } from '../../../gateways/audit-index/port.ts';
import { createOpenSearchAuditIndex } from '../../../gateways/audit-index/opensearch.ts';
import { signedFetch } from '../../../gateways/aws/sign.ts';
import template from '../../../schema/opensearch/audit-template.json' with { type: 'json' };
import { readGroup, settingGroups } from '../settings.ts';
import type { Core } from './core.ts';

/** The audit trail in an Amazon OpenSearch domain, entered by IAM; a user in the URL is taken instead. */
export async function openAudit({ client }: Core): Promise<AuditIndex & { prepare(): Promise<void> }> {
  const { KYC_OPENSEARCH_URL: url } = readGroup(settingGroups.audit);
  const region = await client.config.region();
  const send = signedFetch('es', { region, credentials: () => client.config.credentials() });
  return createOpenSearchAuditIndex({ url, template: JSON.stringify(template), ...(new URL(url).username === '' && { send }) });
}
