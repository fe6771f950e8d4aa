/**
 * One question at a time. What the card already answered comes first as one page to look over; a question whose answer
 * was refused comes before the others.
 */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ScreenProps } from '../../runtime/server/protocol.ts';
import { Button } from '../components/button.tsx';
import { inGroups } from '../components/field.tsx';
import { Option } from '../components/option.tsx';
import { type Block, type PageInfo, Pages } from '../components/pages.tsx';
import { Stage } from '../components/stage.tsx';
import { Trouble, TypingField, TypingKeys } from '../components/typing.tsx';
import { useBack } from '../shell/bar.tsx';
import { draftNumber, draftText, draftTexts, keep, send, seqShown } from '../state.ts';
import { texts } from '../texts.ts';

type FormField = ScreenProps<'form'>['fields'][number];
const defaultMaxLength = 60;
/** Their keyboard needs the whole width; digits have a pad. */
const wordKinds: ReadonlySet<FormField['kind']> = new Set(['text', 'name', 'address']);

function isPrefilled(field: FormField): boolean {
  return field.source !== undefined && field.value !== '' && field.error === undefined;
}

/** The pages of a form: the prefilled answers together, then each open question. */
export function formPages(fields: readonly FormField[]): readonly (readonly FormField[])[] {
  const prefilled = fields.filter(isPrefilled);
  const open = fields.filter((field) => !isPrefilled(field));
  const refused = open.filter((field) => field.error !== undefined);
  const rest = open.filter((field) => field.error === undefined);
  const single = prefilled.length === 1;
  return [
    ...refused.map((field) => [field]),
    ...(prefilled.length === 0 || single ? [] : [prefilled]),
    ...(single ? fields.filter((field) => !refused.includes(field)) : rest).map((field) => [field]),
  ];
}

export function answerTo(field: FormField): string {
  return draftTexts('values')[field.name] ?? field.value;
}

function setValue(field: FormField, value: string): void {
  keep({ values: { ...draftTexts('values'), [field.name]: value }, missing: '' });
}

interface PageProps {
  readonly over: ComponentChildren;
  readonly last: boolean;
  onNext(): void;
}

function Prefilled({ fields, over, last, onNext }: PageProps & { readonly fields: readonly FormField[] }) {
  const words = texts();
  const [info, setInfo] = useState<PageInfo | null>(null);
  const blocks: Block[] = fields.map((field) => ({
    key: field.name,
    body: (
      <div class="row with-edit">
        <dl>
          <dt>{field.label}</dt>
          <dd>{shownValue(field, answerTo(field))}</dd>
          <dd class="source">{field.source}</dd>
        </dl>
        <Button icon="pencil" act={`change-${field.name}`} onPress={() => keep({ edit: field.name })}>
          {words.change}
        </Button>
      </div>
    ),
  }));
  const more = info !== null && !info.last;
  return (
    <Stage
      name="form"
      ask={words.checkPrefilled}
      over={over}
      actions={
        <Button
          look="main"
          icon="forward"
          act={more ? 'seeMore' : last ? 'ENTERED' : 'next'}
          onPress={more ? info.next : onNext}
        >
          {more ? words.seeMore : last ? words.formDone : words.prefilledNext}
        </Button>
      }
    >
      <Pages blocks={blocks} class="sheet" onInfo={setInfo} />
    </Stage>
  );
}

function shownValue(field: FormField, value: string): string {
  if (field.kind === 'choice') return field.options?.find((option) => option.id === value)?.title ?? value;
  return inGroups(field.kind, value);
}

function Question({ field, over, last, onNext }: PageProps & { readonly field: FormField }) {
  const words = texts();
  const value = answerTo(field);
  const missing = draftText('missing') === field.name;
  const next = () => (field.required && value.trim() === '' ? keep({ missing: field.name }) : onNext());
  const error = missing ? words.neededError : value === field.value ? field.error : undefined;
  const notes = [
    field.hint,
    field.required ? undefined : words.optional,
    value === field.value ? field.source : undefined,
  ];
  const hint = notes.filter((note) => note !== undefined && note !== '').join(' · ');
  const actions = (
    <Button look="main" icon={last ? 'check' : 'forward'} act={last ? 'ENTERED' : 'next'} onPress={next}>
      {last ? words.formDone : words.next}
    </Button>
  );
  if (field.kind === 'choice') {
    const blocks = (field.options ?? []).map((option) => ({
      key: option.id,
      body: (
        <Option option={option} act="option" chosen={value === option.id} onPress={() => setValue(field, option.id)} />
      ),
    }));
    return (
      <Stage
        name="form"
        ask={field.label}
        over={over}
        detail={error === undefined ? hint || undefined : <Trouble>{error}</Trouble>}
        actions={actions}
      >
        <Pages blocks={blocks} class="options" />
      </Stage>
    );
  }
  const typing = {
    kind: field.kind,
    label: field.label,
    value,
    maxLength: field.maxLength ?? defaultMaxLength,
    error,
    hint: hint === '' ? undefined : hint,
    onChange: (typed: string) => setValue(field, typed),
    onDone: next,
  };
  return (
    <Stage
      name="form"
      ask={field.label}
      over={over}
      wide={wordKinds.has(field.kind)}
      detail={<TypingField {...typing} />}
      actions={actions}
    >
      <TypingKeys {...typing} />
    </Stage>
  );
}

export function Form({ ask, fields }: ScreenProps<'form'>) {
  const words = texts();
  const pages = formPages(fields);
  // Sent, and come back with something refused: that stands first, wherever the last page was.
  const refused =
    draftNumber('sentOn') > 0 && draftNumber('sentOn') < seqShown() && fields.some((field) => field.error);
  const at = refused ? 0 : Math.min(draftNumber('at'), pages.length - 1);
  const edited = fields.find((field) => field.name === draftText('edit'));
  const last = at === pages.length - 1;
  const finish = () => {
    keep({ sentOn: seqShown() });
    send('ENTERED', { values: Object.fromEntries(fields.map((field) => [field.name, answerTo(field)])) });
  };
  const turnTo = (page: number) => keep({ at: page, page: 0, missing: '', sentOn: 0 });
  const next = () => (last ? finish() : turnTo(at + 1));
  const closeEdit = () => keep({ edit: '', missing: '' });
  useBack(edited !== undefined ? closeEdit : at > 0 ? () => turnTo(at - 1) : null);

  const over = (
    <>
      <span class="whole">{ask}</span> · <span class="whole">{words.fieldOf(at + 1, pages.length)}</span>
    </>
  );
  const shared = { over, last, onNext: next };
  if (edited !== undefined) {
    return <Question key={edited.name} {...shared} last={false} field={edited} onNext={closeEdit} />;
  }
  const page = pages[at] ?? [];
  const [field] = page;
  if (page.length > 1 || field === undefined) return <Prefilled key="prefilled" {...shared} fields={page} />;
  return <Question key={field.name} {...shared} field={field} />;
}
