import type { RegisterType } from '../../events/vocabulary.ts';

/** Final: no scraper is configured for this register, so trying again cannot help. */
export class RegisterNotOffered extends Error {
  override readonly name = 'RegisterNotOffered';
  readonly code = 'REGISTER_NOT_OFFERED';
  constructor(register: RegisterType) {
    super(`No source is configured for the register ${register}`);
  }
}

/** There is no finished run under this id whose output could be read. */
export class RunNotFinished extends Error {
  override readonly name = 'RunNotFinished';
  readonly code = 'RUN_NOT_FINISHED';
  constructor(runId: string) {
    super(`The run ${runId} has no output`);
  }
}
