import { systemClock } from '../../drivers/contract/clock.ts';
import { silentLog } from '../../drivers/contract/log.ts';
import { startCentre } from '../../runtime/centre/centre.ts';

// A centre in a process of its own, to be killed: node centre-child.ts DIRECTORY ITEMS TERMINAL PUBLIC-JWK.
const [directory = '', itemsDirectory = '', terminal = '', jwk = '{}'] = process.argv.slice(2);
const centre = await startCentre({
  directory,
  host: '127.0.0.1',
  port: 0,
  itemsDirectory,
  clock: systemClock,
  log: silentLog,
});
await centre.registerTerminal(terminal, JSON.parse(jwk));
process.send?.({ url: centre.url, keysFile: centre.keysFile });
