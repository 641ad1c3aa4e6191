import { mkdir } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { parseRegistrationNumber } from '../aggregates/registers/registration-number.ts';
import { DocumentType, PersonName, RegisterType } from '../events/vocabulary.ts';
import { prepareImage } from '../gateways/images/prepare-image.ts';
import { writeFolderEntry } from '../handlers/upload-service.ts';
import type { Settings } from './settings.ts';

export interface UploadService {
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** The form's text fields. `applicantId` may be chosen by the caller, so that a repeated upload makes one applicant. */
const Form = z.object({
  applicantId: z.uuid().default(() => crypto.randomUUID()),
  registerType: RegisterType,
  registrationNumber: z.string().min(1).max(50),
  email: z.email().max(254),
  surname: PersonName.shape.surname.optional(),
  givenNames: PersonName.shape.givenNames.default(''),
  documentType: DocumentType,
  consent: z.enum(['true', 'false']).transform((text) => text === 'true'),
  consentTextVersion: z.string().min(1).max(40).default('upload-service-1'),
  document: z.file(),
  selfie: z.file(),
});

/**
 * The seed's on-premises service: takes a form with both images at `POST /uploads` and writes one folder entry an
 * applicant, for DataSync (or a platform on this machine) to carry on. Runs without any database. It keeps nothing that
 * the platform would refuse: types, sizes and numbers are checked here too, and metadata is stripped before writing.
 */
export async function startUploadService(settings: Settings): Promise<UploadService> {
  const folder = settings.uploadFolder;
  const { values } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const limits = { maxBytes: values.KYC_MAX_UPLOAD_BYTES, maxPixels: values.KYC_MAX_PIXELS, maxSide: 10_000 };
  const app = new Hono();

  app.onError(() => problem(500, 'INTERNAL', 'Something failed here; nothing was kept.'));
  app.notFound(() => problem(404, 'NOT_FOUND', 'There is nothing here; send a form to POST /uploads.'));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.post('/uploads', bodyLimit({ maxSize: 2 * limits.maxBytes + 64 * 1024, onError: () => problem(413, 'TOO_LARGE', 'The form is too large.') }), async (c) => {
    if (!/^multipart\/form-data\s*;/i.test(c.req.header('content-type') ?? '')) return problem(415, 'NOT_A_FORM', 'Send multipart/form-data.');
    const sent = await c.req.formData().catch(() => null);
    if (sent === null) return problem(400, 'FORM_MALFORMED', 'The form cannot be read.');
    const form = Form.safeParse(Object.fromEntries(sent.entries()));
    if (!form.success) return problem(422, 'FIELDS_INVALID', `Not usable: ${[...new Set(form.error.issues.map((issue) => issue.path.join('.')))].join(', ')}.`);
    const number = parseRegistrationNumber(form.data.registerType, form.data.registrationNumber);
    if (!number.ok) return problem(422, number.code, 'The registration number is not of the form that this register uses.');
    const images: Uint8Array[] = [];
    for (const file of [form.data.document, form.data.selfie]) {
      const image = await prepareImage(new Uint8Array(await file.arrayBuffer()), limits);
      if (image.kind === 'refused') return problem(422, image.code, image.message);
      images.push(image.bytes);
    }
    const [document, selfie] = images;
    if (document === undefined || selfie === undefined) return problem(422, 'FIELDS_INVALID', 'Not usable: document, selfie.');
    const { applicantId, registerType, registrationNumber, email, surname, givenNames, documentType, consent, consentTextVersion } = form.data;
    await writeFolderEntry(folder, {
      applicantId,
      registerType,
      registrationNumber,
      email,
      name: surname === undefined ? null : { surname, givenNames },
      documentType,
      consent: { given: consent, textVersion: consentTextVersion },
      document,
      selfie,
    });
    return c.json({ applicantId }, 201);
  });

  const started = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: values.KYC_HOST, port: values.KYC_PORT }, ({ port }) => started.resolve(port));
  server.once('error', started.reject);
  const port = await started.promise;
  return {
    url: `http://${values.KYC_HOST}:${port}`,
    folder,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** RFC 9457. */
function problem(status: 400 | 404 | 413 | 415 | 422 | 500, code: string, detail: string): Response {
  return Response.json({ type: 'about:blank', title: code, status, code, detail }, { status, headers: { 'content-type': 'application/problem+json' } });
}
