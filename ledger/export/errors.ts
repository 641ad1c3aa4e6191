import { LedgerError } from '../errors.ts';

/** What is recorded does not bear a bag that verifies. `where` is `stream/version`; the verification of the log says more. */
export class ExportImpossible extends LedgerError {
  override readonly name = 'ExportImpossible';
  constructor(where: string, why: string, options?: ErrorOptions) {
    super('EXPORT_IMPOSSIBLE', `${where}: ${why}`, options);
  }
}

/** A zip archive that is none, or none to be opened: names that lead out of it, or far more inside than its size tells. */
export class ArchiveRefused extends LedgerError {
  override readonly name = 'ArchiveRefused';
  constructor(why: string, options?: ErrorOptions) {
    super('ARCHIVE_REFUSED', why, options);
  }
}

/** More than one bag takes. Narrow the period or the filter, and export in several bags. */
export class ExportTooLarge extends LedgerError {
  override readonly name = 'ExportTooLarge';
  constructor(what: string) {
    super('EXPORT_TOO_LARGE', `${what}; narrow the period or the filter and export in several bags`);
  }
}
