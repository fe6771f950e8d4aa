import type { Result } from '../../drivers/contract/result.ts';
import type { ServiceCall, ServiceError } from './ports.ts';
import { evaluate, queues, takeTicket } from './services/centre.ts';
import { checkForm } from './services/form.ts';
import { itemDetails, itemList, itemPlan } from './services/items.ts';
import { printSlip } from './services/print-slip.ts';
import { progress } from './services/progress.ts';
import { readCard } from './services/read-card.ts';
import { submitCase } from './services/submit-case.ts';
import type { ServiceInput, ServiceName } from './vocabulary.ts';

/** The input of a service once its paths are resolved: anything may lie behind a path. */
export type Resolved<N extends ServiceName> = {
  readonly [K in keyof ServiceInput<N>]: Exclude<ServiceInput<N>[K], undefined> extends { path: string }
    ? unknown
    : ServiceInput<N>[K];
};

export type Service<N extends ServiceName> = (
  input: Resolved<N>,
  call: ServiceCall,
) => Promise<Result<unknown, ServiceError>>;

/** The vocabulary's services over the ports. */
export const services: { readonly [N in ServiceName]: Service<N> } = {
  'idCardReader.read': readCard,
  'tickets.queues': queues,
  'tickets.take': takeTicket,
  'items.list': itemList,
  'items.details': itemDetails,
  'items.plan': itemPlan,
  'form.check': checkForm,
  'cases.progress': progress,
  'evaluations.send': evaluate,
  'effect.submitCase': submitCase,
  'effect.printSlip': printSlip,
};
