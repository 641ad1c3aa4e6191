import { createHash, randomUUID } from 'node:crypto';
import type { Answer, Service } from './stand-in.ts';

interface Version {
  readonly id: string;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lockedUntil: number;
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function fault(status: number, code: string): Answer {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>` };
}

/** S3 with versions, conditional writes (If-None-Match, If-Match) and Object Lock, as the API reference describes them. */
export function s3Service(options: { readonly pageSize?: number } = {}): Service & { conflict(count: number): void; readonly objects: ReadonlyMap<string, readonly Version[]> } {
  const objects = new Map<string, Version[]>();
  let conflicts = 0;
  const service: Service = ({ method, url, headers, body }) => {
    if (headers['x-amz-target'] !== undefined) return null;
    const [, bucket = '', ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (key === '' && method === 'GET') return url.searchParams.has('versions') ? listVersions(bucket, url.searchParams) : list(bucket, url.searchParams);
    const place = `${bucket}/${key}`;
    const versions = objects.get(place) ?? [];
    const latest = versions.at(-1);
    switch (method) {
      case 'PUT': {
        if (conflicts > 0) {
          conflicts -= 1;
          return fault(409, 'ConditionalRequestConflict');
        }
        if (headers['if-none-match'] === '*' && latest !== undefined) return fault(412, 'PreconditionFailed');
        const expected = headers['if-match'];
        if (expected !== undefined && latest === undefined) return fault(404, 'NoSuchKey');
        if (expected !== undefined && latest?.etag !== expected) return fault(412, 'PreconditionFailed');
        const until = headers['x-amz-object-lock-retain-until-date'];
        const version = {
          id: randomUUID(), bytes: body, etag: `"${createHash('md5').update(body).digest('hex')}"`, lockedUntil: typeof until === 'string' ? Date.parse(until) : 0,
        };
        objects.set(place, [...versions, version]);
        return { status: 200, headers: { etag: version.etag, 'x-amz-version-id': version.id } };
      }
      case 'GET':
      case 'HEAD':
        if (latest === undefined) return method === 'HEAD' ? { status: 404 } : fault(404, 'NoSuchKey');
        return {
          status: 200, headers: { etag: latest.etag, 'x-amz-version-id': latest.id, 'content-length': String(latest.bytes.length) },
          ...(method === 'GET' && { body: latest.bytes }),
        };
      case 'DELETE': {
        const id = url.searchParams.get('versionId');
        if (id === null) {
          objects.delete(place);
          return { status: 204 };
        }
        const version = versions.find((each) => each.id === id);
        if (version !== undefined && version.lockedUntil > Date.now()) return fault(403, 'AccessDenied');
        const left = versions.filter((each) => each.id !== id);
        if (left.length === 0) objects.delete(place);
        else objects.set(place, left);
        return { status: 204 };
      }
      default:
        return null;
    }
  };

  function list(bucket: string, query: URLSearchParams): Answer {
    const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
    const after = query.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((each) => each.startsWith(prefix) && each > after).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = keys.slice(0, options.pageSize ?? 1000);
    const more = keys.length > page.length;
    const contents = page.map((each) => `<Contents><Key>${xml(each.slice(bucket.length + 1))}</Key></Contents>`).join('');
    const next = more ? `<NextContinuationToken>${xml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    return {
      status: 200, headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents}</ListBucketResult>`,
    };
  }

  function listVersions(bucket: string, query: URLSearchParams): Answer {
    const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
    const found = [...objects].filter(([place]) => place.startsWith(prefix)).flatMap(([place, versions]) => versions.map(({ id }) => `<Version><Key>${xml(place.slice(bucket.length + 1))}</Key><VersionId>${id}</VersionId></Version>`));
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><ListVersionsResult><IsTruncated>false</IsTruncated>${found.join('')}</ListVersionsResult>` };
  }

  return Object.assign(service, {
    objects,
    conflict: (count: number) => {
      conflicts = count;
    },
  });
}
