import { decideCase } from '../../handlers/decision.ts';
import { docScan, DocScan } from '../../handlers/doc-scan.ts';
import { faceMatch } from '../../handlers/face-match.ts';
import { publishResult } from '../../handlers/publish.ts';
import { recordConsent } from '../../handlers/record-consent.ts';
import { registerApplicant } from '../../handlers/register-applicant.ts';
import { registerCallback, registerCheck } from '../../handlers/register-check.ts';
import { registerRequest } from '../../handlers/register-request.ts';
import { RunStep } from '../../handlers/run-step.ts';
import { StartKyc, startKyc } from '../../handlers/start-kyc.ts';
import { uploadImage } from '../../handlers/upload.ts';
import { applicantInput, passport, selfie, type MemoryPlatform } from './memory/platform.ts';

const by = { actor: { kind: 'applicant', id: 'ada' }, correlationId: 'case-1' } as const;
const file = { fileName: 'image.jpg', declaredMediaType: 'image/jpeg' };

/** Registers an applicant and sends in what is given; answers the stream. */
export async function submit(
  { deps }: MemoryPlatform,
  given: { applicant?: Parameters<typeof applicantInput>[0]; document?: Uint8Array; selfie?: Uint8Array; consent?: boolean } = {},
): Promise<string> {
  const registered = await registerApplicant(deps, applicantInput(given.applicant));
  if (registered.kind === 'refused') throw new Error(registered.code);
  const { stream } = registered;
  await recordConsent(deps, { stream, given: given.consent ?? true, textVersion: '2026-1', ...by });
  await uploadImage(deps, { stream, kind: 'document', documentType: 'passport', file: given.document ?? passport(), ...file, ...by });
  await uploadImage(deps, { stream, kind: 'selfie', file: given.selfie ?? selfie(), ...file, ...by });
  return stream;
}

/** Works off the scan and start queues as their consumers would. */
export async function workQueues({ deps, scanJobs, kycJobs }: MemoryPlatform): Promise<void> {
  for (const message of scanJobs.take()) await docScan(deps, DocScan.parse(message.body));
  for (const message of kycJobs.take()) await startKyc(deps, StartKyc.parse(message.body));
}

/** The newest execution that was started, as its tasks are given it. */
export function newestStep({ workflow }: MemoryPlatform): RunStep {
  return RunStep.parse([...workflow.started.values()].at(-1));
}

/** Plays the state machine for a run, with a register that answers at once. */
export async function playRun(platform: MemoryPlatform, step: RunStep): Promise<string> {
  const { deps, workflow, registers } = platform;
  await faceMatch(deps, step);
  await registerRequest(deps, { ...step, taskToken: workflow.wait(`token-${step.stream}-${step.startVersion}`) });
  for (const [runId, run] of registers.runs) {
    if (run.status !== 'RUNNING') continue;
    registers.end(runId);
    await registerCallback(deps, registers.callback(runId));
  }
  await registerCheck(deps, step);
  const { decisionVersion, decision } = await decideCase(deps, step);
  await publishResult(deps, { stream: step.stream, decisionVersion });
  return decision;
}

/** A whole case, from the upload to the published decision. */
export async function playCase(platform: MemoryPlatform, given: Parameters<typeof submit>[1] = {}) {
  const stream = await submit(platform, given);
  await workQueues(platform);
  const step = newestStep(platform);
  return { stream, step, decision: await playRun(platform, step) };
}

export async function typesOf({ deps }: MemoryPlatform, stream: string): Promise<string[]> {
  return (await deps.ledger.load(stream)).map((event) => event.type);
}
