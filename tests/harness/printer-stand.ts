import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../drivers/contract/clock.ts';
import type { Log } from '../../drivers/contract/log.ts';
import type { ReceiptPrinter, ReceiptPrinterStatus, SlipDocument } from '../../drivers/contract/receipt-printer.ts';
import type { Transport } from '../../drivers/contract/transport.ts';
import { createEscposPrinter } from '../../drivers/receipt-printer/escpos/driver.ts';
import { type EscposSimulator, startEscposSimulator } from '../../drivers/receipt-printer/escpos/simulator.ts';
import { serialTransport } from '../../drivers/transport/serial.ts';

export interface DriverOptions {
  readonly cutCounter?: boolean;
  /** Called before each write; true kills the driver instead. */
  readonly killBefore?: (bytes: Uint8Array) => boolean;
}

/** A simulated printer on a real pseudo-terminal, with drivers that come and go. */
export interface PrinterStand {
  readonly simulator: EscposSimulator;
  /** What the drivers logged. */
  readonly events: string[];
  /** A driver as a fresh process would make it. */
  driver(options?: DriverOptions): ReceiptPrinter;
  /** Ends the driver as kill -9 does: no last words, the port just closes. */
  kill(printer: ReceiptPrinter): Promise<void>;
  close(): Promise<void>;
}

export async function standUpPrinter(options: { paced?: boolean; paper?: 58 | 80 } = {}): Promise<PrinterStand> {
  const folder = mkdtempSync(join(tmpdir(), 'window24-printer-'));
  const link = join(folder, 'printer');
  const paper = options.paper ?? 80;
  const simulator = await startEscposSimulator({
    name: 'receiptPrinter',
    link,
    baudRate: 115200,
    paced: options.paced ?? false,
    paper,
  });
  const events: string[] = [];
  const log: Log = {
    info: (event) => events.push(event),
    warn: (event) => events.push(event),
    error: (event) => events.push(event),
  };
  const cables = new Map<ReceiptPrinter, () => Promise<void>>();
  return {
    simulator,
    events,
    driver({ cutCounter = true, killBefore = () => false } = {}) {
      const open = serialTransport({ path: link, baudRate: 115200 });
      let killed = false;
      let cut = async () => {};
      const printer = createEscposPrinter({
        name: 'receiptPrinter',
        clock: systemClock,
        log,
        random: () => 0.5,
        paper,
        rom: 'gbk',
        cutCounter,
        open: async (timeoutMs) => {
          if (killed) return { ok: false, error: { code: 'notFound', cause: 'killed' } };
          const opened = await open(timeoutMs);
          if (!opened.ok) return opened;
          const { value: transport } = opened;
          cut = () => transport.close();
          const write: Transport['write'] = async (bytes) => {
            if (!killed && killBefore(bytes)) {
              killed = true;
              await transport.close();
            }
            return killed ? { ok: false, error: { code: 'lost', cause: 'killed' } } : transport.write(bytes);
          };
          return {
            ok: true,
            value: {
              write,
              onData: (listener) => transport.onData(listener),
              onLost: (listener) => transport.onLost(listener),
              close: () => transport.close(),
            },
          };
        },
      });
      cables.set(printer, async () => {
        killed = true;
        await cut();
      });
      return printer;
    },
    async kill(printer) {
      await cables.get(printer)?.();
    },
    async close() {
      await Promise.all([...cables.keys()].map((printer) => printer.close()));
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A receipt as it comes, but for rare characters: those cost fonts, and one test prints them. */
export const sampleSlip: SlipDocument = {
  title: '清河区政务服务中心',
  elements: [
    { kind: 'text', text: '办件受理回执', align: 'centre', size: 2 },
    { kind: 'rule' },
    { kind: 'row', label: '办件编号', value: '110101-2026-000123', bold: true },
    { kind: 'row', label: '事项', value: '居住证首次申领' },
    { kind: 'row', label: '申请人', value: '古丽·吐尔逊' },
    { kind: 'rule' },
    { kind: 'text', text: '请妥善保管本回执。可拨打 12345 查询办理情况，预计 15 个工作日内办结。' },
    { kind: 'qr', data: 'https://qinghe.example/c/110101-2026-000123', caption: '扫码查询进度' },
    { kind: 'text', text: '本回执所载信息以政务服务平台的记录为准；材料补正、领取方式变更请持有效证件到窗口办理。' },
  ],
};

export const slipWithRareName: SlipDocument = {
  title: '办件受理回执',
  elements: [...sampleSlip.elements, { kind: 'row', label: '申请人', value: '𠮷买提·吐尔逊' }],
};

/** Resolves once the status fits. */
export function statusWhen(
  printer: ReceiptPrinter,
  fits: (status: ReceiptPrinterStatus) => boolean,
): Promise<ReceiptPrinterStatus> {
  return new Promise((resolve) => {
    const look = (status: ReceiptPrinterStatus) => {
      if (!fits(status)) return;
      stop();
      resolve(status);
    };
    const stop = printer.onStatus(look);
    look(printer.status());
  });
}
