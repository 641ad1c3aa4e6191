import type { RegisterType } from '../../events/vocabulary.ts';

/** A person of the fictional register directory. `statusWording` is in the register's own style. */
export interface Registrant {
  readonly register: RegisterType;
  readonly number: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly formerNames: readonly { readonly surname: string; readonly givenNames: string }[];
  readonly profession: string;
  readonly statusWording: string;
  /** `never` takes the request and is never heard of again, as scrapers sometimes do. */
  readonly answers: 'promptly' | 'never';
}
