import type { Item, LocalText } from '../../catalogue/item.ts';
import type { ScreenProps } from '../../server/protocol.ts';
import { isRecord } from '../context.ts';
import { groupNumber, maskNumber } from '../masking.ts';
import { fieldsOf, type PlannedField } from '../services/form.ts';
import { applies, textOf, textsOf } from '../services/input.ts';
import { at, count, elements, present, type Screen, type ScreenView, shotOf, text, words } from './view.ts';

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });

const factWords = {
  trips: t('跑几次', 'Trips'),
  promise: t('办结时限', 'Decided within'),
  fee: t('费用', 'Fee'),
  result: t('办好后拿到', 'You receive'),
  office: t('办理部门', 'Office'),
  phone: t('咨询电话', 'Questions'),
};
const sectionWords = {
  holder: t('申请人', 'Applicant'),
  form: t('填写的内容', 'What you filled in'),
  materials: t('材料', 'Papers'),
  name: t('姓名', 'Name'),
  number: t('证件号码', 'ID number'),
};

function itemAt(ref: { readonly path: string }, view: ScreenView): Item | null {
  return view.catalogue.get(textOf(at(ref, view), 'id') ?? '');
}

export const askList: Screen<'askList'> = (params, view) => {
  const item = itemAt(params.item, view);
  const scenario = textsOf(at(params.scenario, view));
  const say = (value: LocalText | undefined) => words(value, view);
  const materials = (item?.materials ?? []).filter(({ when }) => {
    // Before its question is answered a material may still be needed: better named than missed.
    return when === undefined || scenario[when.scenario] === undefined || applies(when, scenario);
  });
  return {
    screen: 'askList',
    props: {
      ask: text(params.ask, view),
      title: say(item?.title),
      facts: item ? factsOf(item, view) : [],
      bring: materials.map(({ title, detail, required }) => ({
        title: say(title),
        ...present({ detail: say(detail) }),
        required,
      })),
      basis: say(item?.basis),
    },
  };
};

function factsOf(item: Item, view: ScreenView) {
  const { trips, promiseDays, fee } = item;
  const facts: readonly (readonly [LocalText, LocalText | string])[] = [
    [factWords.trips, trips === 0 ? t('不用跑', 'none') : t(`最多 ${trips} 次`, `at most ${trips}`)],
    [factWords.promise, t(`${promiseDays} 个工作日`, `${promiseDays} working days`)],
    [factWords.fee, fee.amount === 0 ? t('不收费', 'free of charge') : t(`${fee.amount} 元`, `CNY ${fee.amount}`)],
    [factWords.result, item.result],
    [factWords.office, item.office],
    [factWords.phone, item.phone],
  ];
  return facts.map(([label, value]) => ({ label: words(label, view), value: words(value, view) }));
}

/** The material at hand: its words, and how many pages of it are kept. */
function materialAt(
  params: {
    readonly materials: { path: string };
    readonly index: { path: string };
    readonly pictures: { path: string };
  },
  view: ScreenView,
) {
  const material = elements(at(params.materials, view))[count(at(params.index, view))] ?? {};
  const kept = elements(at(params.pictures, view)).filter((each) => each.material === material.id).length;
  const maxPages = Math.max(1, count(material.maxPages));
  const values = { title: material.title, material: material.title, page: kept + 1, pages: maxPages };
  return { material, kept, maxPages, values };
}

function shotsAt(ref: { readonly path: string }, view: ScreenView) {
  const ids = at(ref, view);
  return Array.isArray(ids) ? ids.map((id) => shotOf(String(id))) : [];
}

export const capture: Screen<'capture'> = (params, view) => {
  const { material, kept, maxPages, values } = materialAt(params, view);
  const camera = material.camera === 'face' ? 'face' : 'document';
  return {
    screen: 'capture',
    props: {
      ask: text(params.ask, view, values),
      ...present({ detail: words(material.detail, view), pages: maxPages > 1 ? maxPages : undefined }),
      camera,
      label: view.cameras[camera].label,
      page: kept + 1,
      shots: shotsAt(params.shots, view),
      optional: material.required !== true || kept > 0,
    },
  };
};

export const comparePictures: Screen<'comparePictures'> = (params, view) => {
  const { kept, maxPages, values } = materialAt(params, view);
  return {
    screen: 'comparePictures',
    props: {
      ask: text(params.ask, view, values),
      shots: shotsAt(params.shots, view),
      page: kept + 1,
      morePages: kept + 1 < maxPages,
    },
  };
};

type Section = ScreenProps<'review'>['sections'][number];

export const review: Screen<'review'> = (params, view) => {
  const say = (value: LocalText) => words(value, view);
  const holder = at(params.holder, view);
  const { name = '', number = '' } = textsOf(holder);
  const fromCard = isRecord(holder) && holder.source === 'card';
  const form = textsOf(at(params.form, view));
  const sections: Omit<Section, 'editable'>[] = [
    {
      id: 'holder',
      title: say(sectionWords.holder),
      rows: [
        { label: say(sectionWords.name), value: name, emphasis: true },
        // What the citizen typed is theirs to check; what the chip said needs no eyes around.
        { label: say(sectionWords.number), value: fromCard ? maskNumber(number) : groupNumber(number) },
      ],
    },
    {
      id: 'form',
      title: say(sectionWords.form),
      rows: fieldsOf(at(params.fields, view)).map((field) => ({
        label: words(field.label, view),
        value: answerOf(field, form[field.name] ?? '', view),
      })),
    },
    { id: 'materials', title: say(sectionWords.materials), ...picturesOf(at(params.pictures, view), view) },
  ];
  const item = itemAt(params.item, view);
  return {
    screen: 'review',
    props: {
      ask: text(params.ask, view),
      sections: sections.map((each) => ({ ...each, editable: view.can('EDIT', { section: each.id }) })),
      ...present({ declaration: words(item?.declaration, view) }),
    },
  };
};

/** A choice by its title; numbers taken from the card masked, typed ones grouped for checking. */
function answerOf(field: PlannedField, value: string, view: ScreenView): string {
  if (field.kind === 'choice') return words(field.options?.find((each) => each.id === value)?.title ?? value, view);
  if (field.kind === 'idNumber') return field.source ? maskNumber(value) : groupNumber(value);
  return value;
}

function picturesOf(value: unknown, view: ScreenView): Pick<Section, 'rows' | 'pictures'> {
  const pictures = elements(value);
  const pages = new Map<unknown, { title: string; pages: number }>();
  for (const { material, title } of pictures) {
    const counted = pages.get(material)?.pages ?? 0;
    pages.set(material, { title: words(title, view), pages: counted + 1 });
  }
  return {
    rows: [...pages.values()].map((each) => ({
      label: each.title,
      value: view.language === 'en' ? `${each.pages} page${each.pages === 1 ? '' : 's'}` : `${each.pages} 页`,
    })),
    pictures: pictures.map(({ picture }) => shotOf(String(picture))),
  };
}

export const sign: Screen<'sign'> = (params, view) => ({
  screen: 'sign',
  props: { ask: text(params.ask, view), declaration: words(itemAt(params.item, view)?.declaration, view) },
});
