import { z } from 'zod';

const address = z.discriminatedUnion('transport', [
  z.strictObject({
    transport: z.literal('serial'),
    path: z.string().min(1),
    baudRate: z.number().int().positive(),
  }),
  /** A simulated device behind a pseudo-terminal; relative paths lie under `stateDirectory`. */
  z.strictObject({
    transport: z.literal('pty'),
    path: z.string().min(1),
    baudRate: z.number().int().positive(),
  }),
]);
export type DeviceAddress = z.infer<typeof address>;

const device = z.discriminatedUnion('model', [
  z.strictObject({
    name: z.literal('idCardReader'),
    model: z.literal('id-card-reader/samv'),
    address,
  }),
  z.strictObject({
    name: z.literal('receiptPrinter'),
    model: z.literal('receipt-printer/escpos'),
    address,
    /** Width of the paper roll in millimetres. */
    paper: z.union([z.literal(58), z.literal(80)]).default(80),
    /** What the printer's character ROM holds; characters outside are printed as pictures. */
    rom: z.enum(['gbk', 'gb18030', 'ascii']).default('gbk'),
    /** Whether the model keeps a cut counter (GS g 2) to ask after a crash. */
    cutCounter: z.boolean().default(true),
  }),
]);
export type DeviceConfig = z.infer<typeof device>;

const seconds = z.number().positive().max(3600);

export const configSchema = z
  .strictObject({
    mode: z.enum(['development', 'production']),
    terminal: z.strictObject({
      id: z.string().regex(/^[a-z0-9-]{3,40}$/, 'lower-case letters, digits and hyphens, 3 to 40 of them'),
      /** Number of this terminal within its centre; part of every case code. */
      number: z.number().int().min(0).max(46655),
      /** Shown large on the attract screen. */
      centre: z.strictObject({ 'zh-CN': z.string().min(1), en: z.string().min(1) }),
      phone: z.string().min(3),
    }),
    panel: z.strictObject({
      diagonalInches: z.number().positive(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
    }),
    stateDirectory: z.string().min(1),
    server: z.strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535),
    }),
    centre: z.strictObject({
      url: z.url(),
      /** Public keys of the centre (JWKS: one `enc`, one `sig`); relative paths lie under `stateDirectory`. */
      keys: z.string().min(1),
      /** Development: one command starts a centre of its own. */
      embedded: z.boolean().default(false),
    }),
    devices: z.array(device),
    cameras: z.strictObject({
      document: z.strictObject({ label: z.string() }),
      face: z.strictObject({ label: z.string() }),
    }),
    /** Flows offered on the attract screen, in this order. */
    journeys: z.array(z.string()).min(1),
    idle: z
      .strictObject({
        normalSeconds: seconds.default(60),
        largeTypeSeconds: seconds.default(180),
        countdownSeconds: seconds.default(20),
        extensions: z.number().int().min(1).max(100).default(10),
      })
      .prefault({}),
    /** Limits that flows name in `within`, in seconds; the engine's vocabulary gives the defaults. */
    patience: z.record(z.string(), seconds).default({}),
    simulation: z
      .strictObject({
        panel: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.number().int().min(0).max(65535) }),
        centrePort: z.number().int().min(0).max(65535),
        linePort: z.number().int().min(0).max(65535),
        /** Pace simulated devices at the speed of their line and of their mechanics. */
        paced: z.boolean().default(true),
      })
      .optional(),
  })
  .superRefine((config, context) => {
    const simulated = config.devices.findIndex((each) => each.address.transport === 'pty');
    if (config.mode === 'production') {
      if (simulated >= 0)
        context.addIssue({
          code: 'custom',
          path: ['devices', simulated, 'address', 'transport'],
          message: 'a production terminal refuses to start with a simulated device',
          params: { hint: 'Give the real port: {"transport": "serial", "path": "/dev/...", "baudRate": 115200}.' },
        });
      if (config.simulation)
        context.addIssue({
          code: 'custom',
          path: ['simulation'],
          message: 'the simulator panel is for development only',
          params: { hint: 'Remove this part, or set "mode" to "development".' },
        });
      if (config.centre.embedded)
        context.addIssue({
          code: 'custom',
          path: ['centre', 'embedded'],
          message: 'a production terminal sends cases to the real centre',
          params: { hint: 'Set "embedded" to false and give its "url".' },
        });
    }
    const names = config.devices.map((each) => each.name);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({
          code: 'custom',
          path: ['devices', index, 'name'],
          message: `there is already a device called "${name}"`,
          params: { hint: 'Each class of device stands once.' },
        });
    });
  });

/** A whole kiosk configuration, defaults filled in. */
export type Config = z.infer<typeof configSchema>;
