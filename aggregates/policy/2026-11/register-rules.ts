import type { Signals } from '../../../events/signals.ts';
import { fail, type Finding, notApplicable, pass, review, type Rule } from '../rule.ts';
import { judgeName } from './document-rules.ts';

/** Is there an entry to judge at all? What stands in the way otherwise is REGISTER_ANSWER's to say. */
const hasEntry = ({ register }: Signals): boolean =>
  register.state === 'checked' && register.outcome !== 'not_found' && register.outcome !== 'unreadable' && register.outcome !== null;

export const registerRules: readonly Rule[] = [
  {
    rule: 'REGISTER_ANSWER',
    inputs: ({ register }) => ({ state: register.state, failure: register.failure, outcome: register.outcome }),
    threshold: () => 'entry',
    judge: ({ register }) => {
      if (register.state === 'missing') return review('REGISTER_CHECK_MISSING');
      if (register.state === 'failed') return review('REGISTER_UNAVAILABLE');
      if (register.outcome === 'not_found') return review('NOT_ON_REGISTER');
      return register.outcome === 'unreadable' || register.outcome === null ? review('REGISTER_UNREADABLE') : pass;
    },
  },
  {
    rule: 'REGISTER_STATUS',
    inputs: ({ register }) => ({ outcome: register.outcome, status: register.status, name: register.name }),
    threshold: () => 'registered',
    judge: (signals) => (hasEntry(signals) ? judgeStatus(signals) : notApplicable),
  },
  {
    rule: 'REGISTER_NAME',
    inputs: ({ register }) => ({ outcome: register.outcome, name: register.name }),
    threshold: () => 'matched',
    judge: (signals) => {
      if (!hasEntry(signals)) return notApplicable;
      const { name, outcome } = signals.register;
      if (name === null) return review(outcome === 'name_mismatch' ? 'REGISTER_NAME_MISMATCH' : 'REGISTER_NAME_NOT_COMPARABLE');
      return judgeName(name, 'REGISTER_NAME_MISMATCH', 'REGISTER_NAME_NOT_COMPARABLE');
    },
  },
  {
    rule: 'REGISTER_SNAPSHOT',
    inputs: ({ register }) => ({ snapshotAgeDays: register.snapshotAgeDays }),
    threshold: ({ maxSnapshotAgeDays }) => maxSnapshotAgeDays,
    judge: ({ register }, { maxSnapshotAgeDays }) => {
      if (register.state !== 'checked') return notApplicable;
      const age = register.snapshotAgeDays;
      return age !== null && age <= maxSnapshotAgeDays ? pass : review('REGISTER_SNAPSHOT_STALE');
    },
  },
];

/**
 * Struck off and suspended are facts a machine may go by, once the entry is known to be this person's; a number typed
 * wrongly must not turn somebody down for another's sanction. Every other qualifier is for a person to weigh.
 */
function judgeStatus({ register }: Signals): Finding {
  const isTheirs = register.name?.matched === true && register.name.evidence !== 'former_name';
  switch (register.status) {
    case 'registered':
      return register.outcome === 'problem' ? review('REGISTER_ENTRY_PROBLEM') : pass;
    case 'suspended':
      return isTheirs ? fail('REGISTER_SUSPENDED') : review('REGISTER_SUSPENDED');
    case 'erased':
      return isTheirs ? fail('REGISTER_ERASED') : review('REGISTER_ERASED');
    case 'registered_without_licence':
    case 'provisional':
      return review('REGISTER_NOT_LICENSED');
    case 'conditions':
    case 'undertakings':
    case 'interim_order':
    case 'warning':
      return review('REGISTER_RESTRICTED');
    case 'lapsed':
      return review('REGISTER_LAPSED');
    case 'unknown':
    case null:
      return review('REGISTER_UNREADABLE');
  }
}
