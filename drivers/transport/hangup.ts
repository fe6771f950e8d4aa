import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { SerialPort } from 'serialport';

interface UnixPort {
  fd: number | null;
  readonly poller: { once(event: 'readable', callback: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }>;
}

const readFd = promisify(read);

function isUnixPort(port: unknown): port is UnixPort {
  return typeof port === 'object' && port !== null && 'fd' in port && 'poller' in port && 'read' in port;
}

function isNothingYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');
}

/** The stream takes an error marked so for the end of a closed port, any other for a loss. */
function canceled(): Error {
  return Object.assign(new Error('port closed'), { canceled: true });
}

/**
 * Makes a hung-up terminal end its port. After a hang-up Linux answers read(2) on a terminal with 0 bytes, which the
 * binding takes for "nothing yet" and repeats without a pause for ever: the loss goes unnoticed and a core burns.
 */
export function reportHangup(port: SerialPort): void {
  const binding: unknown = port.port;
  if (!isUnixPort(binding)) return;
  binding.read = async (buffer, offset, length) => {
    for (;;) {
      if (binding.fd === null) throw canceled();
      try {
        const { bytesRead } = await readFd(binding.fd, buffer, offset, length, null);
        if (bytesRead > 0) return { buffer, bytesRead };
        throw new Error('the terminal hung up');
      } catch (error) {
        if (binding.fd === null) throw canceled();
        if (!isNothingYet(error)) throw error;
      }
      await new Promise<void>((resolve, reject) => {
        binding.poller.once('readable', (error) => (error ? reject(error) : resolve()));
      });
    }
  };
}
