import { z } from 'zod';
import { ApiClient, type Role } from '../../../cli/client.ts';
import type { RunningPlatform } from '../../../runtime/running.ts';

const Version = z.looseObject({ version: z.number() });

/** What people have done before the pictures are taken, so that they show a house at work: decisions, a proposal, a hold. */
export async function playScene(running: RunningPlatform, cases: Readonly<Record<string, string>>): Promise<void> {
  const as = (role: Role): ApiClient => new ApiClient(running, role);
  const idOf = (sample: string): string => cases[sample] ?? sample;

  async function judge(sample: string, outcome: 'PASS' | 'FAIL', reason: string, note: string): Promise<void> {
    const path = `/reviews/${idOf(sample)}`;
    const { version: seenVersion } = await as('reviewer').post(`${path}/claim`, {}, Version);
    await as('reviewer').post(`${path}/outcome`, { outcome, reason, note, seenVersion }, z.unknown());
  }

  // On a folder where it was played before there is nothing left to do.
  const { cases: waiting } = await as('reviewer').get('/reviews?limit=200', z.object({ cases: z.array(z.object({ id: z.string() })) }));
  if (!waiting.some(({ id }) => id === idOf('no-face'))) return;

  await judge('no-face', 'FAIL', 'EVIDENCE_MISSING', 'Asked for another selfie; there is nobody on this one.');
  await judge('same-document', 'FAIL', 'DOCUMENT_NOT_GENUINE', 'The passport belongs to another applicant.');
  await judge('two-faces', 'PASS', 'SAME_PERSON_BY_EYE', 'The applicant is the person in front; a colleague stands behind.');
  await judge('restricted', 'FAIL', 'NOT_ENTITLED_TO_PRACTISE', 'Conditions until next spring.');

  const operator = as('operator');
  await operator.post(`/applicants/${idOf('gdc-pass')}/relationship-end`, { endedOn: new Date().toISOString().slice(0, 10), reason: 'LEFT_THE_SERVICE' }, z.unknown());
  await operator.post(`/applicants/${idOf('suspended')}/relationship-end`, { endedOn: new Date().toISOString().slice(0, 10), reason: 'CONTRACT_ENDED' }, z.unknown());
  await operator.post(`/applicants/${idOf('suspended')}/holds`, { basis: 'REGULATOR_REQUEST', note: 'The register asked for the file.' }, z.unknown());
}
