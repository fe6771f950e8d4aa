import type { Result } from './result.ts';

/**
 * Device states, the ten values of XFS4IoT's Common.Status.
 * `offline`: switched off by an operator; `powerOff`: off or not physically connected; `noDevice`: not part of this
 * machine; `userError`: a person prevents operation (paper, cover, card left); `potentialFraud`: still in service.
 */
export const deviceStates = [
  'online',
  'offline',
  'powerOff',
  'noDevice',
  'hardwareError',
  'userError',
  'deviceBusy',
  'fraudAttempt',
  'potentialFraud',
  'starting',
] as const;
export type DeviceState = (typeof deviceStates)[number];

/** Completion codes other than success. Retry rules hang on these and on nothing else. */
export const errorCodes = [
  'timeOut',
  'canceled',
  'deviceNotReady',
  'hardwareError',
  'userError',
  'unsupportedData',
  'unsupportedCommand',
  'connectionLost',
  'noDevice',
  'fraudAttempt',
  'inDoubt',
  'internalError',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Why a command failed. `code` decides about retrying, `detail` picks the citizen's sentence, `cause` is the root
 * cause in the technician's words (bytes, errno, status bits; never personal data).
 */
export interface DeviceError<Detail extends string = string> {
  readonly code: ErrorCode;
  readonly detail: Detail;
  readonly cause: string;
}

/** What every device reports at any time, without going through its command queue. */
export interface DeviceStatus {
  readonly device: DeviceState;
  /** Root cause of a state other than `online`, in the technician's words; null when there is none. */
  readonly cause: string | null;
  /** Milliseconds since the epoch at which `device` last changed. */
  readonly since: number;
  readonly lastError: (DeviceError & { readonly at: number }) | null;
}

/** Bounds of one command: it ends in exactly one completion, at the latest after `timeoutMs`. */
export interface CommandOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
}

export type Completion<T, Detail extends string = string> = Promise<Result<T, DeviceError<Detail>>>;

/** Stops listening. */
export type Unsubscribe = () => void;

/** The part that all device classes share. `status` and `onStatus` bypass the queue. */
export interface Device<Status extends DeviceStatus = DeviceStatus> {
  readonly name: string;
  readonly model: string;
  status(): Status;
  /** Calls back on each change of the status, never synchronously from within a command. */
  onStatus(listener: (status: Status) => void): Unsubscribe;
  /** Brings the device to a known state by looking at its sensors; trusts nothing remembered. */
  reset(options: CommandOptions): Completion<void>;
  /** Ends all waiting commands as `canceled` and releases the port. */
  close(): Promise<void>;
}
