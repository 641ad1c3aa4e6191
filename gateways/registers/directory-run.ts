import { z } from 'zod';
import { RegisterType } from '../../events/vocabulary.ts';

/** One run of the directory, as kept in its folder. `callback` is gone once the answer has been announced. */
export const DirectoryRun = z.strictObject({
  runId: z.string(),
  requestId: z.string(),
  register: RegisterType,
  registrationNumber: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  items: z.array(z.record(z.string(), z.json())),
  callback: z.strictObject({ url: z.url(), token: z.string() }).nullable(),
});
export type DirectoryRun = z.infer<typeof DirectoryRun>;
