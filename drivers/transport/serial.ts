import { SerialPort } from 'serialport';
import { err, ok, type Result } from '../contract/result.ts';
import type { OpenTransport, Transport, TransportError } from '../contract/transport.ts';
import { reportHangup } from './hangup.ts';

/** Words of the binding (strerror of the errno, then what it was doing) and what they mean for a driver. */
const openFailures: readonly (readonly [RegExp, TransportError['code']])[] = [
  [/no such file|no such device|ENOENT|ENODEV|ENXIO/i, 'notFound'],
  [/permission denied|operation not permitted|EACCES|EPERM/i, 'denied'],
  [/cannot lock|resource busy|EBUSY/i, 'busy'],
];

function openFailure(error: Error): TransportError {
  const known = openFailures.find(([words]) => words.test(error.message));
  return { code: known?.[1] ?? 'failed', cause: error.message };
}

/**
 * A serial port (8N1, no flow control) or the slave side of a pseudo-terminal, which look the same to a driver.
 * Modem lines are never touched: pseudo-terminals have none. Setting the line speed makes the binding discard what
 * waits in the operating system, in both directions: old bytes never come in, and what a process that died had not
 * sent yet is cut off there. Drivers must expect a device inside a torn command.
 */
export function serialTransport(options: { path: string; baudRate: number }): OpenTransport {
  return (timeoutMs) =>
    new Promise((resolve) => {
      const port = new SerialPort({ path: options.path, baudRate: options.baudRate, autoOpen: false });
      let settled = false;
      const settle = (result: Result<Transport, TransportError>) => {
        settled = true;
        clearTimeout(timer);
        resolve(result);
      };
      const timer = setTimeout(() => {
        settle(err({ code: 'failed', cause: `opening ${options.path} took longer than ${timeoutMs} ms` }));
      }, timeoutMs);
      // A stream without this listener would bring the process down; losses are told by `close` and by callbacks.
      port.on('error', () => {});
      port.open((error) => {
        if (settled) {
          if (!error) port.close(() => {});
        } else if (error) settle(err(openFailure(error)));
        else settle(ok(new SerialConnection(port)));
      });
    });
}

class SerialConnection implements Transport {
  readonly #port: SerialPort;
  readonly #dataListeners = new Set<(bytes: Uint8Array) => void>();
  readonly #lostListeners = new Set<(error: TransportError) => void>();
  readonly #writes = new Set<(error: TransportError) => void>();
  #lost: TransportError | null = null;
  #closing: Promise<void> | null = null;

  constructor(port: SerialPort) {
    this.#port = port;
    reportHangup(port);
    port.on('close', (error: Error | null) => this.#lose(error?.message ?? 'closed by the operating system'));
    port.on('error', (error: Error) => this.#lose(error.message));
    port.on('data', (bytes: Buffer) => {
      for (const listener of [...this.#dataListeners]) listener(bytes);
    });
  }

  write(bytes: Uint8Array): Promise<Result<void, TransportError>> {
    return new Promise((resolve) => {
      const gone = this.#gone();
      if (gone) return resolve(err(gone));
      const fail = (error: TransportError) => resolve(err(error));
      this.#writes.add(fail);
      this.#port.write(Buffer.from(bytes), (error) => {
        this.#writes.delete(fail);
        resolve(error ? err({ code: 'lost', cause: error.message }) : ok(undefined));
      });
    });
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#dataListeners.add(listener);
    return () => this.#dataListeners.delete(listener);
  }

  onLost(listener: (error: TransportError) => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#failWrites({ code: 'lost', cause: 'port closed' });
      if (!this.#port.isOpen) return resolve();
      this.#port.close(() => resolve());
    });
    return this.#closing;
  }

  #gone(): TransportError | null {
    return this.#lost ?? (this.#closing ? { code: 'lost', cause: 'port closed' } : null);
  }

  #lose(cause: string): void {
    if (this.#lost || this.#closing) return;
    const error: TransportError = { code: 'lost', cause };
    this.#lost = error;
    this.#failWrites(error);
    if (this.#port.isOpen) this.#port.close(() => {});
    for (const listener of [...this.#lostListeners]) listener(error);
  }

  /** A write that waits for room in the kernel would otherwise never end once the port is closed. */
  #failWrites(error: TransportError): void {
    for (const fail of [...this.#writes]) fail(error);
    this.#writes.clear();
  }
}
