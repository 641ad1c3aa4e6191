import type { Operations } from '../../data/generated.ts';

export type QueueFilter = Omit<Operations['GET /reviews']['query'], 'cursor' | 'limit' | 'offset' | 'after'>;

export const registers = ['GMC', 'GDC', 'NMC', 'GPC'] as const;

/** The queue's filter as the address has it; what is no filter is left out. */
export function filterOf(parameter: (name: string) => string | undefined): QueueFilter {
  return {
    registerType: registers.find((each) => each === parameter('register')),
    reason: /^[A-Z][A-Z0-9_]*$/.exec(parameter('reason') ?? '')?.[0],
    claimed: (['mine', 'nobody'] as const).find((each) => each === parameter('claimed')),
    awaitsSecond: parameter('second') === 'only' ? 'true' : undefined,
  };
}
