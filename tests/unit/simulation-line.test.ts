import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../drivers/contract/clock.ts';
import { type CentreLine, slowLine, startLine } from '../../runtime/simulation/line.ts';

let far: Server;
let line: CentreLine;
let reached = 0;
const size = 30_000;

beforeEach(async () => {
  reached = 0;
  far = createServer((asked, answer) => {
    reached += 1;
    let bytes = 0;
    asked.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    asked.on('end', () => answer.end(asked.url === '/endless' ? undefined : String(bytes).padEnd(size)));
  });
  far.listen(0, '127.0.0.1');
  await once(far, 'listening');
  const target = { host: '127.0.0.1', port: (far.address() as AddressInfo).port };
  line = await startLine({ host: '127.0.0.1', port: 0, target, clock: systemClock });
});
afterEach(async () => {
  await line.close();
  far.closeAllConnections();
  far.close();
});

/** Body of the answer, or the code of the error. */
function ask(bytes = size): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port: line.port, method: 'POST', agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
      answer.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    asked.end(Buffer.alloc(bytes, 7));
  });
}

/** A connection that is told how it ended. */
async function open() {
  const socket = connect(line.port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.on('close', () => resolve('closed'));
  });
  await once(socket, 'connect');
  return { socket, ended, heard: () => heard };
}

describe('the line to the centre', () => {
  it('passes everything when it is up', async () => {
    expect(line.mode()).toBe('up');
    const answers = await Promise.all([ask(), ask(1), ask(300_000)]);
    expect(answers).toEqual([String(size), '1', '300000'].map((each) => each.padEnd(size)));
  });

  it('resets what is open and what comes when it is cut, and heals', async () => {
    const { ended } = await open();
    line.setMode('cut');
    expect(await ended).toBe('ECONNRESET');
    expect(await ask()).toMatch(/ECONNRESET|EPIPE/);
    expect(reached).toBe(0);
    line.setMode('up');
    expect(await ask(5)).toBe('5'.padEnd(size));
  });

  it('takes the connection and never answers when it stalls; a cut ends the waiting', async () => {
    line.setMode('stall');
    const { socket, ended, heard } = await open();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const answered = ask();
    line.setMode('cut');
    expect(await ended).toBe('ECONNRESET');
    expect(await answered).toMatch(/ECONNRESET|EPIPE/);
    expect([heard(), reached]).toEqual(['', 0]);
  });

  it('answers in the centre’s place when it talks nonsense, each time otherwise', async () => {
    line.setMode('nonsense');
    const answers = [];
    for (let turn = 0; turn < 4; turn += 1) answers.push(await ask(10));
    expect(answers[0]).toContain('<!doctype html>');
    expect(answers[1]).toBe('ECONNRESET');
    expect(answers[2]).toBe('{"status":"no"}');
    expect(answers[3]).toMatch(/^HPE_/);
    expect(reached).toBe(0);
  });

  it('passes everything, in pieces and late, when it is slow', async () => {
    const waits: number[] = [];
    const pacing = {
      ...systemClock,
      after: (ms: number, callback: () => void) => {
        waits.push(ms);
        return systemClock.after(0, callback);
      },
    };
    await line.close();
    const target = { host: '127.0.0.1', port: (far.address() as AddressInfo).port };
    line = await startLine({ host: '127.0.0.1', port: 0, target, clock: pacing });
    line.setMode('slow');
    expect(await ask(size)).toBe(String(size).padEnd(size));
    const total = waits.reduce((sum, each) => sum + each, 0);
    // The clock was asked for as long as these bytes take both ways, and the delay of each way besides.
    expect(total).toBeGreaterThan((2 * size * 1000) / slowLine.bytesPerSecond + 2 * slowLine.latencyMs);
    line.setMode('up');
    const before = waits.length;
    expect(await ask(5)).toBe('5'.padEnd(size));
    expect(waits).toHaveLength(before);
  });

  it('tells who listens, once a change', () => {
    let told = 0;
    const stop = line.onChange(() => {
      told += 1;
    });
    line.setMode('slow');
    line.setMode('slow');
    line.setMode('up');
    stop();
    line.setMode('cut');
    expect(told).toBe(2);
  });

  it('learns of a centre that is gone', async () => {
    far.closeAllConnections();
    far.close();
    expect(await ask()).toMatch(/ECONNRESET|EPIPE/);
  });
});
