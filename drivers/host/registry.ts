import { resolve } from 'node:path';
import type { DeviceConfig } from '../../config/schema.ts';
import type { Clock } from '../contract/clock.ts';
import type { Device } from '../contract/device.ts';
import type { IdCardReader } from '../contract/id-card-reader.ts';
import type { Log } from '../contract/log.ts';
import type { ReceiptPrinter } from '../contract/receipt-printer.ts';
import type { OpenTransport } from '../contract/transport.ts';
import { createSamvReader } from '../id-card-reader/samv/driver.ts';
import { createEscposPrinter } from '../receipt-printer/escpos/driver.ts';
import { serialTransport } from '../transport/serial.ts';

export interface RegistryDeps {
  /** Relative paths of simulated ports lie under it. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The devices of this terminal; null where the configuration names none of a class. */
export interface DeviceRegistry {
  readonly idCardReader: IdCardReader | null;
  readonly receiptPrinter: ReceiptPrinter | null;
  all(): readonly Device[];
  close(): Promise<void>;
}

type Parts = Omit<RegistryDeps, 'stateDirectory'> & { readonly name: string; readonly open: OpenTransport };

/** Every supported model and how it is made. */
function create(config: DeviceConfig, parts: Parts): IdCardReader | ReceiptPrinter {
  switch (config.model) {
    case 'id-card-reader/samv':
      return createSamvReader(parts);
    case 'receipt-printer/escpos':
      return createEscposPrinter({ ...parts, paper: config.paper, rom: config.rom, cutCounter: config.cutCounter });
  }
}

/** Creates all devices of the configuration. They connect by themselves; a missing one only shows in its status. */
export function openDevices(configs: readonly DeviceConfig[], deps: RegistryDeps): DeviceRegistry {
  const devices = configs.map((config) => {
    const path = resolve(deps.stateDirectory, config.address.path);
    const open = serialTransport({ path, baudRate: config.address.baudRate });
    return create(config, { name: config.name, open, clock: deps.clock, log: deps.log, random: deps.random });
  });
  return {
    idCardReader: devices.find((device) => device.class === 'idCardReader') ?? null,
    receiptPrinter: devices.find((device) => device.class === 'receiptPrinter') ?? null,
    all: () => devices,
    async close() {
      await Promise.all(devices.map((device) => device.close()));
    },
  };
}
