import { z } from 'zod';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const ThreadRequest = z.discriminatedUnion('kind', [
  z.object({ id: z.int(), kind: z.literal('warm') }),
  z.object({ id: z.int(), kind: z.literal('compare'), document: bytes, selfie: bytes }),
]);
export type ThreadRequest = z.infer<typeof ThreadRequest>;

export const ThreadAnswer = z.object({
  id: z.int(),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('warm') }),
    z.object({ kind: z.literal('compared'), distance: z.number() }),
    z.object({ kind: z.literal('failed'), reason: z.string() }),
    z.object({ kind: z.literal('broken'), cause: z.string() }),
  ]),
});
export type ThreadAnswer = z.infer<typeof ThreadAnswer>;
