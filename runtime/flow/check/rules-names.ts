import { evenTransitions, inspectFlow } from '../validate.ts';
import { type ServiceName, services } from '../vocabulary.ts';
import { type CheckRule, statesOf } from './findings.ts';

/** Failures that every service may have. */
const commonFailures = ['timeOut', 'internalError'];

/** Names, parameters, targets and paths: what the engine itself refuses when it loads a flow. */
export const names: CheckRule = ({ definition, flow }, note) => {
  if (definition.id !== flow) note('names', null, `The flow calls itself "${definition.id}", its folder "${flow}".`);
  for (const { path, message } of inspectFlow(definition)) {
    const state = /^machine\.states\.([^.]+)/.exec(path)?.[1] ?? null;
    note('names', state, `${path}: ${message}`);
  }
};

/** A guard that waits for a failure which cannot come hides one that can. */
export const failures: CheckRule = ({ definition }, note) => {
  for (const [name, { invoke }] of statesOf(definition)) {
    if (!invoke || !isService(invoke.src)) continue;
    const possible: readonly string[] = [...services[invoke.src].failures, ...commonFailures];
    for (const { guard } of evenTransitions(invoke.onError)) {
      const codes = guard?.type === 'failedWith' ? guard.params?.code : undefined;
      for (const code of Array.isArray(codes) ? codes : []) {
        if (!possible.includes(String(code)))
          note('failures', name, `${invoke.src} never fails with "${code}"; it fails with ${possible.join(', ')}.`);
      }
    }
  }
};

const devicesOfScreen = new Map([
  ['capture', ['documentCamera', 'faceCamera']],
  ['findCase', ['idCardReader']],
]);

/** The terminal offers a flow by what it needs; so what it needs must be what it uses. */
export const needs: CheckRule = ({ definition }, note) => {
  const { devices, optional, services: listed } = definition.needs;
  const used = { devices: new Set<string>(), services: new Set<string>() };
  for (const [, { invoke, meta }] of statesOf(definition)) {
    const [area = '', verb = ''] = (invoke?.src ?? '').split('.');
    if (area === 'idCardReader') used.devices.add(area);
    else if (area === 'effect') {
      if (verb === 'printSlip') used.devices.add('receiptPrinter');
      if (verb === 'submitCase') used.services.add('cases');
    } else if (area) used.services.add(area);
    const slot = meta?.screen.slot;
    if (typeof slot === 'string' && slot !== 'screen') used.devices.add(slot);
    for (const device of devicesOfScreen.get(meta?.screen.use ?? '') ?? []) used.devices.add(device);
  }
  for (const device of used.devices) {
    if (!devices.includes(device) && !optional.includes(device))
      note('needs', null, `The flow uses "${device}" but does not list it under "needs".`);
  }
  for (const device of [...devices, ...optional]) {
    if (!used.devices.has(device)) note('needs', null, `The flow lists "${device}" under "needs" but never uses it.`);
    if (devices.includes(device) && optional.includes(device))
      note('needs', null, `"${device}" is either needed or optional.`);
  }
  for (const service of used.services) {
    if (!listed.includes(service)) note('needs', null, `The flow uses the service "${service}" but does not list it.`);
  }
  for (const service of listed) {
    if (!used.services.has(service)) note('needs', null, `The flow lists the service "${service}" but never uses it.`);
  }
};

function isService(name: string): name is ServiceName {
  return Object.hasOwn(services, name);
}
