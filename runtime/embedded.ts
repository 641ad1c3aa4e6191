import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApi } from '../api/app.ts';
import type { Role } from '../api/access-policy.ts';
import { issueSignInLink } from '../api/sign-in/sign-in.ts';
import { removeLeftovers } from '../api/uploads/receive-to-disk.ts';
import { workflowTasks } from '../handlers/workflow-tasks.ts';
import { SettingsInvalid, type Settings } from './settings.ts';
import { apiDeps } from './embedded/api-deps.ts';
import { openConsole } from './embedded/console.ts';
import { startConsumers } from './embedded/consumers.ts';
import { Exports, policyFiles, readBagAssets } from './embedded/exports.ts';
import { Feed } from './embedded/feed.ts';
import { openGateways } from './embedded/gateways.ts';
import { handlerDeps } from './embedded/handlers.ts';
import { startJobs } from './embedded/jobs.ts';
import { bringUpToDate, openAuditIndex, openReadModels } from './embedded/read-models.ts';
import { letOwnerIn, STAFF, staffLink } from './embedded/owner-access.ts';
import { openRetention } from './embedded/retention.ts';
import { openStores } from './embedded/stores.ts';
import { TransparencyLog } from './embedded/transparency-log.ts';
import { createLog } from './log.ts';
import type { RunningPlatform } from './running.ts';

/** The whole platform in this process, with its databases beside it. */
export interface Platform {
  readonly url: string;
  readonly dataFolder: string;
  /** One-time sign-in links, one a role; the applicant's is for somebody who has not registered yet. */
  readonly signInLinks: readonly { readonly role: Role; readonly url: string }[];
  readonly running: RunningPlatform;
  /** Settles when a part has died and the platform cannot go on; carries the part's name. */
  readonly broken: Promise<string>;
  /** Gets the console ready before anybody asks for it; the first request would otherwise wait for its build. */
  readonly prepareConsole: () => Promise<void>;
  /** Takes no more work, finishes what is under way, and leaves no process behind. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts everything on the settings' data folder: stores, read models, gateways, workflow, queues, jobs, HTTP.
 * What a crash cut off goes on. Throws FolderInUse when a platform runs there already, PortInUse, and the errors of the parts.
 */
export async function startPlatform(settings: Settings): Promise<Platform> {
  const { values, dataFolder } = settings;
  const log = createLog({ level: values.KYC_LOG });
  const cleanup: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of cleanup.splice(0).toReversed()) await step();
  };
  try {
    let feed: Feed | null = null;
    let sequencing: TransparencyLog | null = null;
    let kept: Exports | null = null;
    const stores = await openStores(settings, {
      attach: false,
      log,
      onAppended: (events) => {
        feed?.wake(events);
        sequencing?.wake(events);
        kept?.wake(events);
      },
    });
    cleanup.push(() => stores.stop());
    const transparencyLog = await TransparencyLog.open(settings, stores, log);
    sequencing = transparencyLog;
    cleanup.push(() => transparencyLog.stop());
    void transparencyLog.sweep();
    await bringUpToDate(stores, log);
    const audit = await openAuditIndex(settings, stores);
    const readModels = openReadModels(stores, audit, (failure) => log.error('an event could not be projected', { ...failure }));
    const gateways = await openGateways(settings, stores, readModels, log);
    cleanup.push(() => gateways.documentReader.close(), () => gateways.faceMatcher.close());
    const events = new Feed({ store: stores.store, bus: gateways.bus, log });
    feed = events;
    cleanup.push(() => events.stop());

    await removeLeftovers(join(dataFolder, 'incoming'));
    const server = await listen(values.KYC_HOST, values.KYC_PORT);
    cleanup.push(() => server.close());
    const url = values.KYC_PUBLIC_URL ?? `http://${values.KYC_HOST.includes(':') ? `[${values.KYC_HOST}]` : values.KYC_HOST}:${server.port}`;
    const deps = handlerDeps({ settings, stores, gateways, log, callbackBaseUrl: url });
    const retention = openRetention({ settings, stores, deps, readModels, directory: gateways.directory });
    const exports = await Exports.open(
      { ...deps, ledger: stores.ledger, log: transparencyLog.forExports, policyFiles, assets: await readBagAssets() },
      join(dataFolder, 'exports'),
    );
    kept = exports;
    cleanup.push(() => exports.stop());
    const api = apiDeps({ settings, stores, gateways, audit, deps, retention, exports, transparencyLog, publicUrl: url, log });
    const site = openConsole({ fallback: join(dataFolder, 'console'), log });
    server.handle(site.over(createApi(api).fetch));

    await gateways.workflow.run(workflowTasks(deps));
    cleanup.push(() => gateways.workflow.stop());
    const consumers = startConsumers(deps, gateways, log);
    cleanup.push(() => consumers.stop());
    const { directory } = gateways;
    if (directory !== null) {
      await directory.resume();
      cleanup.push(() => directory.stop());
    }
    const jobs = await startJobs({ settings, stores, deps, feed: events, api, readModels, retention, transparencyLog, log });
    cleanup.push(() => jobs.stop());

    const signInLinks: { role: Role; url: string }[] = await Promise.all(STAFF.map(async (role) => ({ role, url: (await staffLink(api, role)).url })));
    // Somebody new, who registers with it; further ones are invited from the console.
    signInLinks.push({ role: 'applicant', url: (await issueSignInLink(api, { role: 'applicant', subject: deps.newId() })).url });
    const platform = {
      pid: process.pid,
      startedAt: new Date().toISOString(),
      publicUrl: url,
      url: `http://${values.KYC_HOST === '0.0.0.0' ? '127.0.0.1' : values.KYC_HOST}:${server.port}`,
      databaseUrl: stores.databaseUrl,
      analystUrl: stores.analystUrl,
      dynamodbEndpoint: stores.dynamodbEndpoint,
    };
    const { running, stop: letNobodyIn } = await letOwnerIn(api, { dataFolder, platform, log });
    cleanup.push(letNobodyIn);
    log.info('the platform runs', { url: running.url });
    void stores.broken.then((part) => log.error('a part of the platform has died', { part }));
    return { url, dataFolder, signInLinks, running, broken: stores.broken, prepareConsole: () => site.prepare(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Fetch = (request: Request, env?: object) => Response | Promise<Response>;

const notYet: Fetch = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } });

/** Listens first and answers 503 until the routes are there, because they need to know the port. */
async function listen(hostname: string, port: number): Promise<{ port: number; handle(fetch: Fetch): void; close(): Promise<void> }> {
  let handler: Fetch = notYet;
  const started = Promise.withResolvers<number>();
  const server = serve({ fetch: (request, env) => handler(request, env), hostname, port }, ({ port: actual }) => started.resolve(actual));
  server.once('error', (error) => {
    const taken = 'code' in error && error.code === 'EADDRINUSE';
    started.reject(taken ? new SettingsInvalid(`Port ${port} on ${hostname} is taken; set KYC_PORT to another, or to 0 for any`) : error);
  });
  const actual = await started.promise;
  return {
    port: actual,
    handle: (fetch) => {
      handler = fetch;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Live updates and idle connections would hold the server open for ever.
        if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 500).unref();
      }),
  };
}
