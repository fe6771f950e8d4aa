/** What the people who test do to a simulated device. A fault stays until `clear`. */
export interface Simulator {
  readonly name: string;
  readonly model: string;
  /** Path of the pseudo-terminal that stands for the port; stable over unplug and replug. */
  readonly path: string;
  unplug(): void;
  replug(): void;
  readonly plugged: boolean;
  /** Faults this model can play, e.g. "garble", "stall", "coverOpen". */
  readonly faults: readonly string[];
  setFault(fault: string, on: boolean): void;
  activeFaults(): readonly string[];
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
