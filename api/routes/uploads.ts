import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { DocumentType } from '../../events/vocabulary.ts';
import { by, doneOrRefuse, idParam, streamOf } from '../http/answers.ts';
import { guarded, idempotencyHeader, json, prefix, refusals } from '../http/declare.ts';
import type { ApiEnv } from '../http/env.ts';
import { sha256Hex } from '../http/hash.ts';
import { Problem } from '../http/problem.ts';
import { serveRaw } from '../http/serve-raw.ts';
import { runOnce } from '../idempotency/run-once.ts';
import type { RouteContext } from './context.ts';
import { IdParam, Recorded } from './shapes.ts';

const image = { type: 'string', format: 'binary' } as const;
const form = (properties: Record<string, object>) => ({
  required: true,
  content: { 'multipart/form-data': { schema: { type: 'object' as const, required: Object.keys(properties), properties } } },
});

const base = {
  method: 'post' as const,
  ...guarded({ permission: 'applicants.submit' }),
  responses: { 202: json('Received; the checks go on by themselves.', Recorded), ...refusals },
};

const documents = createRoute({
  ...base,
  path: `${prefix}/applicants/{id}/documents`,
  summary: 'Upload an image (JPEG or PNG) of an identity document.',
  request: { headers: idempotencyHeader, params: IdParam, body: form({ documentType: { type: 'string', enum: DocumentType.options }, file: image }) },
});

const selfies = createRoute({
  ...base,
  path: `${prefix}/applicants/{id}/selfies`,
  summary: 'Upload a photograph (JPEG or PNG) of the applicant.',
  request: { headers: idempotencyHeader, params: IdParam, body: form({ file: image }) },
});

export function uploadRoutes({ app, deps }: RouteContext): void {
  const receive = async (c: Context<ApiEnv>, kind: 'document' | 'selfie'): Promise<Response> => {
    const id = idParam(c);
    const stream = streamOf(c, id);
    const upload = await deps.receiveUpload(c.req.raw, { maxBytes: deps.settings.maxUploadBytes });
    try {
      const { documentType } = fieldsOf(kind, upload.fields);
      const fingerprint = await sha256Hex(JSON.stringify([kind, documentType ?? null, upload.sha256]));
      return await runOnce(deps, c, fingerprint, async () => {
        const { version } = doneOrRefuse(await deps.handlers.uploadImage({
          stream,
          kind,
          ...(documentType === undefined ? {} : { documentType }),
          file: upload.path,
          fileName: upload.fileName,
          declaredMediaType: upload.declaredMediaType,
          ...by(c),
        }));
        return c.json({ id, version }, 202);
      });
    } finally {
      await upload.dispose();
    }
  };
  serveRaw(app, documents, (c) => receive(c, 'document'));
  serveRaw(app, selfies, (c) => receive(c, 'selfie'));
}

const DocumentFields = z.strictObject({ documentType: DocumentType });
const SelfieFields = z.strictObject({});

function fieldsOf(kind: 'document' | 'selfie', fields: Readonly<Record<string, string>>): { documentType?: DocumentType } {
  const parsed = (kind === 'document' ? DocumentFields : SelfieFields).safeParse(fields);
  if (parsed.success) return parsed.data;
  const detail = kind === 'document' ? `must be one of ${DocumentType.options.join(', ')}, and the only text field` : 'there is no text field in this form';
  throw new Problem(422, 'INVALID', undefined, { errors: [{ pointer: '#/documentType', detail }] });
}
