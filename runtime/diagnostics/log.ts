import { pino } from 'pino';
import type { Log, LogFields } from '../../drivers/contract/log.ts';

/**
 * JSON lines on standard error; the service manager keeps and bounds them. The types of `Log` keep personal data out:
 * a field is a number, a truth value or a word marked as technical.
 */
export function createLog(options: { readonly room: string; readonly level?: 'info' | 'warn' | 'error' }): Log {
  const sink = pino(
    {
      level: options.level ?? 'info',
      base: { room: options.room },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      sink[level](fields, event);
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
