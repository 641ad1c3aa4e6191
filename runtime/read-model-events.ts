/** Which types of event each read model has to hear of, in whatever way it is fed; the others say nothing to it. */
export const readModelEvents = {
  relational: 'all',
  'audit-trail': 'all',
  'review-feedback': ['DecisionMade', 'ReviewOverridden'],
  'access-log': ['RecordViewed', 'RecordExported', 'LedgerExported'],
} as const satisfies Record<string, 'all' | readonly string[]>;

export type ReadModelName = keyof typeof readModelEvents;
export const readModelNames = ['relational', 'access-log', 'audit-trail', 'review-feedback'] as const satisfies readonly ReadModelName[];
