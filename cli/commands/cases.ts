import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { DocumentType, RegisterType } from '../../events/vocabulary.ts';
import { connect, imageForm, type ApiClient } from '../client.ts';
import { CommandFailed, duration, exitCode, paint, print, printJson } from '../output.ts';

const Status = z.looseObject({
  id: z.string(),
  status: z.string(),
  stage: z.string().optional(),
  decision: z.looseObject({ outcome: z.string(), reasons: z.array(z.string()), decidedAt: z.string() }).nullable().optional(),
});
export type Status = z.infer<typeof Status>;
const Registered = z.looseObject({ id: z.string() });
const Anything = z.looseObject({});

export interface Submission {
  readonly register: RegisterType;
  readonly number: string;
  readonly email: string;
  readonly surname?: string | undefined;
  readonly givenNames?: string | undefined;
  readonly documentType: DocumentType;
  readonly document: string;
  readonly selfie: string;
  readonly consent: boolean;
}

/** Registers an applicant and uploads both images. Answers the applicant's id. */
export async function submit(api: ApiClient, submission: Submission): Promise<string> {
  const name = submission.surname === undefined ? null : { surname: submission.surname, givenNames: submission.givenNames ?? '' };
  // Both files are looked at before anything is sent, so that a wrong path leaves no half applicant.
  const document = await imageForm(submission.document, { documentType: submission.documentType });
  const selfie = await imageForm(submission.selfie, {});
  const { id } = await api.post('/applicants', {
    id: randomUUID(),
    registerType: submission.register,
    registrationNumber: submission.number,
    email: submission.email,
    name,
  }, Registered);
  await api.post(`/applicants/${id}/consents`, { purpose: 'biometrics', given: submission.consent, textVersion: 'cli-1' }, Anything);
  await api.postForm(`/applicants/${id}/documents`, document, Anything);
  await api.postForm(`/applicants/${id}/selfies`, selfie, Anything);
  return id;
}

export const statusOf = (api: ApiClient, id: string): Promise<Status> => api.get(`/applicants/${id}`, Status);

/** Asks until there is a decision. Fails after `timeoutMs` with the stage the case has come to. */
export async function waitForDecision(api: ApiClient, id: string, timeoutMs: number): Promise<Status> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const status = await statusOf(api, id);
    if (status.decision !== null && status.decision !== undefined) return status;
    if (Date.now() > end) throw new CommandFailed(`There is no decision after ${duration(timeoutMs)}; kyc status ${id} shows how far it has come.`);
    await sleep(200);
  }
}

export function registerCaseCommands(program: Command): void {
  program
    .command('submit')
    .description('submit an applicant: register entry, identity document, selfie')
    .addOption(new Option('--register <register>', 'which register').choices(RegisterType.options).makeOptionMandatory())
    .requiredOption('--number <number>', 'registration number')
    .requiredOption('--email <address>', 'e-mail address')
    .option('--surname <name>', 'surname, as the applicant gives it')
    .option('--given-names <names>', 'given names')
    .addOption(new Option('--type <type>', 'kind of document').choices(DocumentType.options).default('passport'))
    .requiredOption('--document <file>', 'image of the document, JPEG or PNG')
    .requiredOption('--selfie <file>', 'photograph of the applicant, JPEG or PNG')
    .option('--no-consent', 'the applicant does not consent to biometric processing')
    .option('--wait', 'wait for the decision')
    .option('--timeout <seconds>', 'how long to wait', seconds, 300)
    .addHelpText('after', `
Example:
  $ kyc specimens ./specimens
  $ kyc submit --register GMC --number 7012345 --email dr.jane@example.com --surname Doe --given-names "Jane Ann" \\
      --document ./specimens/gmc-pass/document.jpg --selfie ./specimens/gmc-pass/selfie.jpg --wait`)
    .action(async (options: Record<string, never>, command: Command) => {
      const given = SubmitOptions.parse(options);
      const api = await connect('operator');
      const id = await submit(api, { ...given, documentType: given.type });
      const status = given.wait ? await waitForDecision(api, id, given.timeout * 1000) : await statusOf(api, id);
      show(command, status, () => {
        print(`Applicant ${paint('bold', id)}: ${status.decision?.outcome ?? status.status}`);
        for (const reason of status.decision?.reasons ?? []) print(`  ${reason}`);
        if (!given.wait) print(`Follow it with: kyc status ${id}`);
      });
    });

  program
    .command('status <applicant>')
    .description('where an applicant stands')
    .addHelpText('after', '\nExample:\n  $ kyc status 0193b1f2-7c1e-7c7a-9d8e-2a4b6c8d0e1f')
    .action(async (applicant: string, _options: unknown, command: Command) => {
      const status = await statusOf(await connect('operator'), applicantId(applicant));
      show(command, status, () => {
        print(`Status    ${paint('bold', status.status)}`);
        if (status.stage !== undefined) print(`Stage     ${status.stage}`);
        if (status.decision) print(`Decision  ${status.decision.outcome} at ${status.decision.decidedAt}\nReasons   ${status.decision.reasons.join(', ') || 'none'}`);
      });
    });
}

const SubmitOptions = z.object({
  register: RegisterType,
  number: z.string(),
  email: z.string(),
  surname: z.string().optional(),
  givenNames: z.string().optional(),
  type: DocumentType,
  document: z.string(),
  selfie: z.string(),
  consent: z.boolean(),
  wait: z.boolean().default(false),
  timeout: z.number(),
});

export function show(command: Command, value: unknown, human: () => void): void {
  if (command.optsWithGlobals<{ json?: boolean }>().json === true) printJson(value);
  else human();
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Accepts `applicant-<uuid>` and `<uuid>`. */
export function applicantId(text: string): string {
  const id = text.replace(/^applicant-/, '');
  if (!z.uuid().safeParse(id).success) throw new CommandFailed('An applicant is named by a UUID, as kyc submit prints it.', exitCode.usage, 'NOT_AN_ID');
  return id;
}

/** The version of an event, 1, 2, 3 ... */
export function versionOf(text: string): string {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CommandFailed('A version is a whole number from 1 on, as kyc history lists them.', exitCode.usage, 'NOT_A_VERSION');
  return text;
}

function seconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number of seconds.');
  return Number(text);
}
