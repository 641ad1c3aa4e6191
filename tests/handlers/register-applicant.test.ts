import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerApplicant } from '../../handlers/register-applicant.ts';
import { applicantInput, createMemoryPlatform } from '../support/memory/platform.ts';
import { typesOf } from '../support/play.ts';

describe('registering an applicant', () => {
  it('begins a stream under the caller\'s id, with a number of its own', async () => {
    const platform = createMemoryPlatform();
    const input = applicantInput();
    expect(await registerApplicant(platform.deps, input)).toEqual({ kind: 'done', stream: `applicant-${input.applicantId}`, number: 1, version: 1 });
    const [event] = await platform.deps.ledger.load(`applicant-${input.applicantId}`);
    expect(event?.personal).toMatchObject({ email: 'ada@example.test', registrationNumber: '7000001' });
    expect(JSON.stringify(event?.data)).not.toMatch(/example|7000001/);
  });

  it('twice with the same id registers once and answers the same', async () => {
    const { deps } = createMemoryPlatform();
    const input = applicantInput();
    const first = await registerApplicant(deps, input);
    expect(await registerApplicant(deps, input)).toEqual(first);
  });

  it('at the same moment with the same id registers once', async () => {
    const platform = createMemoryPlatform();
    const input = applicantInput();
    const [one, other] = await Promise.all([registerApplicant(platform.deps, input), registerApplicant(platform.deps, input)]);
    expect(one).toEqual(other);
    expect(await typesOf(platform, `applicant-${input.applicantId}`)).toEqual(['ApplicantRegistered']);
  });

  it('refuses an address that another applicant has, however it is written', async () => {
    const { deps } = createMemoryPlatform();
    await registerApplicant(deps, applicantInput());
    expect(await registerApplicant(deps, applicantInput({ email: ' ADA@Example.test ' }))).toMatchObject({ kind: 'refused', code: 'EMAIL_IN_USE' });
  });

  it('refuses another person under an id that is taken', async () => {
    const { deps } = createMemoryPlatform();
    const applicantId = randomUUID();
    await registerApplicant(deps, applicantInput({ applicantId }));
    expect(await registerApplicant(deps, applicantInput({ applicantId, email: 'bo@example.test' }))).toMatchObject({ code: 'ALREADY_REGISTERED' });
    expect(await registerApplicant(deps, { ...applicantInput({ applicantId }), registerType: 'NMC' })).toMatchObject({ code: 'ALREADY_REGISTERED' });
  });

  it.each([
    [{ registerType: 'ABC' }, 'REGISTER_UNKNOWN'],
    [{ registerType: '' }, 'REGISTER_UNKNOWN'],
    [{ email: 'no address' }, 'EMAIL_MALFORMED'],
    [{ email: `${'a'.repeat(250)}@example.test` }, 'EMAIL_MALFORMED'],
    [{ registrationNumber: '12' }, 'REGISTRATION_NUMBER_MALFORMED'],
    [{ registrationNumber: '' }, 'REGISTRATION_NUMBER_MISSING'],
    [{ name: { surname: ' ', givenNames: 'Ada' } }, 'NAME_MALFORMED'],
    [{ name: { surname: 'E'.repeat(101), givenNames: 'Ada' } }, 'NAME_MALFORMED'],
  ])('refuses %j as %s and leaves nothing behind', async (change, code) => {
    const platform = createMemoryPlatform();
    const input = { ...applicantInput(), ...change };
    expect(await registerApplicant(platform.deps, input)).toMatchObject({ kind: 'refused', code });
    expect(await typesOf(platform, `applicant-${input.applicantId}`)).toEqual([]);
    expect(await registerApplicant(platform.deps, applicantInput())).toMatchObject({ kind: 'done' });
  });

  it('answers every text with a registration or a refusal, never with a failure', async () => {
    await fc.assert(fc.asyncProperty(fc.string(), fc.string(), fc.string(), fc.string(), async (registerType, registrationNumber, email, surname) => {
      const { deps } = createMemoryPlatform();
      const input = { ...applicantInput(), registerType, registrationNumber, email, name: { surname, givenNames: '' } };
      expect(['done', 'refused']).toContain((await registerApplicant(deps, input)).kind);
    }), { numRuns: 50 });
  });
});
