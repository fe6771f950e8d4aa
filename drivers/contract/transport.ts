import type { Result } from './result.ts';

/** Why a port could not be opened or was lost: errno and words of the operating system. */
export interface TransportError {
  readonly code: 'notFound' | 'busy' | 'denied' | 'lost' | 'failed';
  readonly cause: string;
}

/** A byte stream to a device. Real and simulated devices differ only in the address behind it. */
export interface Transport {
  write(bytes: Uint8Array): Promise<Result<void, TransportError>>;
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Calls back once when the device is gone, with the cause. Not called after `close`. */
  onLost(listener: (error: TransportError) => void): () => void;
  close(): Promise<void>;
}

/** Opens the port named by an address of the configuration. Bounded by `timeoutMs`. */
export type OpenTransport = (timeoutMs: number) => Promise<Result<Transport, TransportError>>;
