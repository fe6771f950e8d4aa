/**
 * Preloaded into a terminal (`--import …/wrong-clock.ts?at=ISO`): its wall clock starts at that moment. On SIGUSR2 it
 * jumps to the right time, as a time server would make it do.
 */
const Real = Date;
const start = new URL(import.meta.url).searchParams.get('at') ?? '';
let offset = Real.parse(start) - Real.now();
const now = () => Real.now() + offset;

globalThis.Date = new Proxy(Real, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget) as Date,
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});

process.on('SIGUSR2', () => {
  offset = 0;
});
