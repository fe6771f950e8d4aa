import { err, ok, type Result } from '../../../drivers/contract/result.ts';
import type { FormField, Item, LocalText } from '../../catalogue/item.ts';
import { both, isLocalText, isRecord } from '../context.ts';
import type { FlowPorts, ServiceError } from '../ports.ts';
import type { Service } from '../services.ts';
import type { PlannedField } from './form.ts';
import { applies, textOf, textsOf } from './input.ts';

export const itemList: Service<'items.list'> = async (_, { ports }) => {
  const items = ports.catalogue.list();
  if (items.length === 0) return err(missing('the catalogue is empty'));
  return ok(
    items.map(({ id, title, summary, icon, trips }) => ({
      id,
      title,
      detail: summary,
      icon,
      badge: both((language) => {
        if (trips === 0) return language === 'en' ? 'No trip needed' : '不用跑';
        return language === 'en' ? `${trips} trip${trips === 1 ? '' : 's'}` : `最多跑 ${trips} 次`;
      }),
    })),
  );
};

export const itemDetails: Service<'items.details'> = async ({ item }, { ports }) => {
  const found = itemOf(item, ports);
  return found.ok ? ok({ ...found.value, id: textOf(item, 'id') }) : found;
};

export const itemPlan: Service<'items.plan'> = async (input, { ports }) => {
  const found = itemOf(input.item, ports);
  if (!found.ok) return found;
  const scenario = textsOf(input.scenario);
  const { form, materials } = found.value;
  return ok({
    fields: form.filter((each) => applies(each.when, scenario)).map((each) => plannedField(each, input.holder)),
    materials: materials
      .filter((each) => applies(each.when, scenario))
      .map(({ id, title, detail, camera, required, maxPages }) => ({
        id,
        title,
        ...(detail && { detail }),
        camera,
        required,
        maxPages,
      })),
  });
};

/** The item that a flow names by its id, or by an object that carries its id. */
export function itemOf(value: unknown, ports: FlowPorts): Result<Item, ServiceError> {
  const item = ports.catalogue.get(textOf(value, 'id') ?? '');
  return item ? ok(item) : err(missing('the catalogue does not have this item'));
}

function missing(cause: string): ServiceError {
  return { code: 'noItems', detail: 'noItems', cause };
}

function plannedField(field: FormField, holder: unknown): PlannedField {
  const { name, label, kind, required, maxLength, hint, pattern, options, prefill } = field;
  const value = prefill ? prefilled(prefill, kind, holder) : '';
  const source = value === '' ? null : sourceOf(holder);
  return {
    name,
    label,
    kind,
    required,
    maxLength,
    value,
    ...(source && { source }),
    ...(hint && { hint }),
    ...(pattern !== undefined && { pattern }),
    ...(options && { options }),
  };
}

/** Choices take the card's code, everything else its word. */
function prefilled(key: string, kind: FormField['kind'], holder: unknown): string {
  if (!isRecord(holder)) return '';
  const details = textsOf(holder.details);
  if (kind === 'choice') return details[key] ?? '';
  const value = holder[key];
  if (isLocalText(value)) return value['zh-CN'];
  return typeof value === 'string' ? value : '';
}

function sourceOf(holder: unknown): LocalText {
  return isRecord(holder) && holder.source === 'card'
    ? { 'zh-CN': '来自您的身份证', en: 'from your ID card' }
    : { 'zh-CN': '您刚才填写的', en: 'as you typed it' };
}
