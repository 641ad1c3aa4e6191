import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { PersonName, RegisterType } from '../../events/vocabulary.ts';
import { createEmbeddedBus } from '../../gateways/bus/embedded.ts';
import type { Bus } from '../../gateways/bus/port.ts';
import { createEmbeddedMessenger } from '../../gateways/messenger/embedded.ts';
import { LiveUpdates } from '../../gateways/messenger/live-updates.ts';
import { openWebhookState } from '../../gateways/messenger/webhook-state.ts';
import { createWebhooks, webhookRetries } from '../../gateways/messenger/webhooks.ts';
import { createQueues, type QueueFailure, type Queues } from '../../gateways/queue/embedded.ts';
import { createApifyRegisters } from '../../gateways/registers/apify.ts';
import { createRegisterDirectory, type RegisterDirectory } from '../../gateways/registers/directory.ts';
import { fictionalRegistrants } from '../../gateways/registers/fictional-registrants.ts';
import type { Registrant } from '../../gateways/registers/registrant.ts';
import { readDefinition } from '../../gateways/workflow/definition.ts';
import { createEmbeddedWorkflow } from '../../gateways/workflow/embedded.ts';
import type { Log } from '../../handlers/deps.ts';
import { errorFields } from '../log.ts';
import { sourcesOf } from '../register-sources.ts';
import { SettingsInvalid, type Settings } from '../settings.ts';
import { openAwsMessages, openEventBridge, openSqsQueues } from './aws-messages.ts';
import { openDocumentReader, openFaceMatcher, openLiveCaptures } from './choices.ts';
import { openExecutions } from './executions.ts';
import type { ReadModel } from './read-models.ts';
import type { Stores } from './stores.ts';

export const clock = (): Date => new Date();
export const newId = (): string => uuidv7();
export const random = (bytes: number): Uint8Array => randomBytes(bytes);

export const queueOf = (readModel: string): string => `project-${readModel}`;

/** Retried for half an hour, then kept as dead letters. */
const JOBS = { maxAttempts: 12, backoffMs: 500 };
/** A projection is tried until it works: what it lacks is in the ledger. */
const PROJECTIONS = { maxAttempts: 50, backoffMs: 200 };

export type Gateways = Awaited<ReturnType<typeof openGateways>>;

/** The outside world of the embedded runtime. Nothing consumes yet. */
export async function openGateways(settings: Settings, stores: Stores, readModels: readonly ReadModel[], log: Log) {
  const { pool, dataFolder } = stores;
  const { values } = settings;
  const onFailure = ({ queue, messageId, attempt, outcome, error }: QueueFailure): void => {
    const fields = { queue, messageId, attempt, ...errorFields(error) };
    if (outcome === 'dead') log.error('a message became a dead letter', fields);
    else log.warn(outcome === 'retry' ? 'a message failed and will be tried again' : 'the queue could not reach its database', fields);
  };
  const queues: Queues = await createQueues(pool, onFailure);
  const ownBus = createEmbeddedBus(queues, readModels.map(({ name, types }) => ({ queue: queueOf(name), types })));
  const outside = values.KYC_EVENT_BUS === undefined ? null : await openEventBridge(settings);
  const bus: Bus = outside === null ? ownBus : {
    publish: async (entries) => {
      await ownBus.publish(entries);
      await outside.publish(entries);
    },
  };
  const jobs = values.KYC_QUEUES === 'sqs'
    ? await openSqsQueues(settings, stores, onFailure)
    : { scanJobs: queues.queue('doc-scan', JOBS), kycJobs: queues.queue('kyc-jobs', JOBS) };
  const live = new LiveUpdates();
  const webhooks = createWebhooks({
    subscribers: values.KYC_WEBHOOKS.map(({ url, secret, types }) => ({ url, secret, ...(types !== undefined && { types }) })),
    queue: queues.queue('webhooks', webhookRetries),
    state: await openWebhookState(pool),
    onDisabled: (host) => log.warn('a webhook subscriber wants no more', { host }),
  });
  const documentReader = await openDocumentReader(settings);
  const faceMatcher = await openFaceMatcher(settings);
  const liveCaptures = await openLiveCaptures(settings);
  const directory = values.KYC_APIFY_TOKEN === undefined ? await openDirectory(settings, dataFolder, log) : null;
  const workflow = await createEmbeddedWorkflow({
    definition: await readDefinition(),
    executions: await openExecutions(pool),
    concurrency: 8,
    maxExecutions: 32,
    clock,
    random,
    onFailed: (name, error) => log.error('an execution of the workflow failed', { execution: name, error }),
  });
  return {
    queues,
    bus,
    live,
    webhooks,
    messenger: values.KYC_MESSENGER === 'aws' ? await openAwsMessages(settings, stores, { webhooks, live }) : createEmbeddedMessenger({ outbox: join(dataFolder, 'outbox'), from: 'no-reply@kyc-ledger.example', webhooks, live, clock }),
    documentReader,
    faceMatcher,
    liveCaptures,
    directory,
    registers: directory ?? createApifyRegisters({
      token: values.KYC_APIFY_TOKEN ?? '',
      sources: sourcesOf(values.KYC_APIFY_ACTORS),
      timeoutSeconds: Math.min(600, values.KYC_REGISTER_DEADLINE_SECONDS),
      memoryMegabytes: 1024,
      ...(values.KYC_APIFY_BASE_URL !== undefined && { baseUrl: values.KYC_APIFY_BASE_URL }),
    }),
    workflow,
    ...jobs,
    projections: readModels.map((model) => ({ model, queue: queues.queue(queueOf(model.name), PROJECTIONS) })),
    scanAttempts: JOBS.maxAttempts,
  };
}

const Registrants = z.array(z.strictObject({
  register: RegisterType,
  number: z.string().min(1),
  ...PersonName.shape,
  formerNames: z.array(PersonName),
  profession: z.string(),
  statusWording: z.string(),
  answers: z.enum(['promptly', 'never']),
}));

/** The registrants of a file that a setting names. Throws SettingsInvalid when it is missing or not of the form. */
async function readRegistrants(path: string | undefined): Promise<readonly Registrant[]> {
  if (path === undefined) return [];
  const parsed = Registrants.safeParse(await readFile(path, 'utf8').then(JSON.parse).catch(() => null));
  if (!parsed.success) throw new SettingsInvalid('KYC_REGISTRANTS: the file cannot be read, or is no JSON list of registrants');
  return parsed.data;
}

async function openDirectory(settings: Settings, dataFolder: string, log: Log): Promise<RegisterDirectory> {
  return createRegisterDirectory({
    registrants: [...fictionalRegistrants, ...(await readRegistrants(settings.values.KYC_REGISTRANTS))],
    folder: join(dataFolder, 'registers'),
    latencyMs: settings.values.KYC_REGISTER_LATENCY_MS,
    retryMs: 500,
    clock,
    onUndelivered: (runId) => log.warn('a register callback could not be delivered', { runId }),
  });
}
