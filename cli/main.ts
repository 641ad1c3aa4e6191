import { CommanderError } from 'commander';
import { KeysUnavailable } from '../gateways/keys/errors.ts';
import { ProjectorError } from '../projectors/errors.ts';
import { DynoxideUnusable } from '../runtime/embedded/dynoxide.ts';
import { FolderInUse } from '../runtime/embedded/lock.ts';
import { PostgresUnusable } from '../runtime/embedded/postgres-error.ts';
import { SettingsInvalid } from '../runtime/settings.ts';
import { CommandFailed, exitCode, hasAnswered, printJson } from './output.ts';
import { describeProgram } from './program.ts';

/** Known before the options are read, because they may be what is wrong. */
const inJson = process.argv.slice(2, process.argv.includes('--') ? process.argv.indexOf('--') : undefined).includes('--json');

const program = describeProgram({ silent: inJson });

/** As commander says it, without its `error: ` in front; where a command is missing, it only shows its help. */
const sentence = (message: string): string => (message === '(outputHelp)' ? 'A command is missing; --help lists them.' : message.replace(/^error: /, ''));

/** Errors of our own whose message tells the user what to do. */
const speaking = [DynoxideUnusable, FolderInUse, KeysUnavailable, PostgresUnusable, ProjectorError];

try {
  // Not an option of the program, which would take it from kyc history --version.
  const args = process.argv.slice(2);
  await program.parseAsync(args.length === 1 && args[0] === '--version' ? ['version'] : args, { from: 'user' });
} catch (error) {
  process.exitCode = fail(error);
}

function fail(error: unknown): number {
  if (error instanceof CommanderError && (error.exitCode === 0 || !inJson)) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const [code, message, exit] = explain(error);
  if (inJson && !hasAnswered()) printJson({ error: { code, message } });
  else process.stderr.write(`kyc: ${message}\n`);
  return exit;
}

function explain(error: unknown): [code: string, message: string, exit: number] {
  if (error instanceof CommanderError) return ['USAGE', sentence(error.message), exitCode.usage];
  if (error instanceof CommandFailed) return [error.code, error.message, error.exit];
  if (error instanceof SettingsInvalid) return [error.code, error.message, exitCode.usage];
  if (speaking.some((kind) => error instanceof kind) && error instanceof Error) {
    return ['code' in error && typeof error.code === 'string' ? error.code : error.name, error.message, exitCode.failed];
  }
  // An error nobody foresaw may carry anything in its message, so only its kind and its place are shown.
  if (error instanceof Error) {
    const place = error.stack?.split('\n').find((line) => line.trim().startsWith('at '))?.trim() ?? '';
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    return [code, `${error.name} (${code}) ${place}`, exitCode.failed];
  }
  return ['UNKNOWN', 'Something failed that is no error.', exitCode.failed];
}
