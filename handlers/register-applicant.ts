import { z } from 'zod';
import { Actor } from '../events/envelope.ts';
import { PersonName, RegisterType } from '../events/vocabulary.ts';
import { load } from './case.ts';
import type { Deps } from './deps.ts';
import { execute, type Refused } from './execute.ts';

const Envelope = z.object({
  /** Chosen by the caller, so that a repeated call registers once. */
  applicantId: z.uuid().toLowerCase(),
  actor: Actor,
  correlationId: z.string().min(1).max(100),
});
const Email = z.string().trim().max(254).pipe(z.email());
const Name = z.strictObject({ surname: z.string().trim().pipe(PersonName.shape.surname), givenNames: z.string().trim().pipe(PersonName.shape.givenNames) });

export interface RegisterApplicant extends z.infer<typeof Envelope> {
  readonly registerType: string;
  readonly registrationNumber: string;
  readonly email: string;
  readonly name: PersonName | null;
}

export type Registered =
  | { readonly kind: 'done'; readonly stream: string; readonly number: number; readonly version: number }
  | Refused;

/** Begins an applicant's stream. The e-mail address is held in the same transaction, so nobody registers it twice. */
export async function registerApplicant(deps: Deps, input: RegisterApplicant): Promise<Registered> {
  const { applicantId, actor, correlationId } = Envelope.parse(input);
  const registerType = RegisterType.safeParse(input.registerType);
  if (!registerType.success) return refuse('REGISTER_UNKNOWN', `The registers are ${RegisterType.options.join(', ')}.`);
  const email = Email.safeParse(input.email);
  if (!email.success) return refuse('EMAIL_MALFORMED', 'This is not an e-mail address.');
  const name = Name.nullable().safeParse(input.name);
  if (!name.success) return refuse('NAME_MALFORMED', 'A name needs a surname, and no part of it has more than 100 letters.');

  const stream = `applicant-${applicantId}`;
  const loaded = await load(deps, stream);
  // Addresses differ in case only by mistake; two people never do.
  const emailHash = await deps.ledger.lookupHash('email', email.data.toLowerCase());
  const known = loaded.state.kind === 'registered' ? loaded.state : null;
  if (known !== null && known.registerType !== registerType.data) {
    return refuse('ALREADY_REGISTERED', 'The stream belongs to another registration.');
  }
  const number = known?.number ?? await deps.numbers.next();
  const done = await execute(deps, stream, (state) => ({
    command: 'register',
    event: {
      type: 'ApplicantRegistered',
      // Somebody else's registration under this id may have come in between; its number is the one that holds.
      data: { number: state.kind === 'registered' ? state.number : number, registerType: registerType.data, emailHash },
      personal: { email: email.data, registrationNumber: input.registrationNumber, name: name.data },
    },
  }), { actor, correlationId }, { loaded, reservations: [{ kind: 'email', hash: emailHash }] });
  return done.kind === 'refused' ? done : { kind: 'done', stream, number: done.state.number, version: done.version };
}

function refuse(code: string, message: string): Refused {
  return { kind: 'refused', code, message };
}
