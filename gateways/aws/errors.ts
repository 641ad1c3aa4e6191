import { ServiceUnavailable } from '../errors.ts';

/** Is it one of these errors of a service? Names are compared, because the same error comes from several clients. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** The HTTP status of a service's answer; 0 where there was none. */
export function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return 0;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
}

/** After the SDK's own retries whatever a service throws means that it cannot be had; the cause says why. */
export async function orUnavailable<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ServiceUnavailable ? error : new ServiceUnavailable(service, { cause: error });
  }
}
