import { z } from 'zod';
import { ApplicantStatus } from '../../events/status.ts';
import { Code, ReviewOutcome, Timestamp } from '../../events/vocabulary.ts';
import { ProjectorError } from '../errors.ts';
import { rowId } from './tables.ts';

const Version = z.int().positive();

const Start = z.object({ version: Version, document: Version, selfie: Version, at: Timestamp });
export type Start = z.infer<typeof Start>;

/** What has to be remembered of an applicant's stream to turn its next event into rows. Handles and codes, nothing personal. */
export const RelationalState = z.object({
  number: z.int().nonnegative(),
  registered: z.int().nonnegative(),
  status: ApplicantStatus,
  erasure: z.enum(['none', 'requested', 'erased']),
  /** Versions of the events that made rows which erasure or later events change. */
  documents: z.array(Version),
  expired: z.array(Version),
  selfies: z.array(Version),
  scans: z.array(Version),
  answers: z.array(Version),
  faces: z.array(z.object({ version: Version, selfie: Version })),
  liveness: z.array(z.object({ selfie: Version, pass: z.boolean().nullable() })),
  starts: z.array(Start),
  requests: z.array(z.object({ id: z.string(), start: Version })),
  inForce: z.object({ version: Version, start: Version, reasons: z.array(Code) }).nullable(),
  claim: z.object({ by: z.string(), at: Timestamp }).nullable(),
  proposal: z.object({ version: Version, outcome: ReviewOutcome, reason: Code, by: z.string(), at: Timestamp }).nullable(),
  appealedAt: Timestamp.nullable(),
  /** Version of the event that opened the review under way. */
  review: Version.nullable(),
  holds: z.array(z.object({ id: z.string(), version: Version })),
});
export type RelationalState = z.infer<typeof RelationalState>;

export function initialState(): RelationalState {
  return {
    number: 0, registered: 0, status: 'NEW', erasure: 'none', documents: [], expired: [], selfies: [], scans: [], answers: [],
    faces: [], liveness: [], starts: [], requests: [], inForce: null, claim: null, proposal: null, appealedAt: null, review: null,
    holds: [],
  };
}

/** Id of the row that the event at `version` of this stream made. */
export function idAt(state: RelationalState, version: number): bigint {
  return rowId(state.number, version);
}

/** Id of the applicant's row in users. */
export function userId(state: RelationalState): bigint {
  return rowId(state.number, state.registered);
}

/** `version`, which must be among `known`: a row that is not there cannot be changed, and nobody would notice. */
export function known(versions: readonly number[], version: number): number {
  if (!versions.includes(version)) throw new ProjectorError('UNKNOWN_REFERENCE', `Nothing was recorded at version ${version} that this event could refer to`);
  return version;
}

export function startAt(state: RelationalState, version: number): Start {
  const start = state.starts.find((each) => each.version === version);
  if (start === undefined) throw new ProjectorError('UNKNOWN_REFERENCE', `The checks were not started at version ${version}`);
  return start;
}
