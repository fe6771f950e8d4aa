import { icons, languages } from '../../server/protocol.ts';
import { textKey } from '../language.ts';
import { type CheckRule, type Subject, statesOf } from './findings.ts';

const han = /\p{Script=Han}/u;

/** Both languages say the same things, in their own words. */
export const texts: CheckRule = (subject, note) => {
  const { definition, texts: both } = subject;
  const used = textKeysOf(subject);
  for (const language of languages) {
    const file = both[language];
    for (const [key, state] of used) {
      if (!Object.hasOwn(file, key)) note('texts', state, `${language}.json lacks the text "${key}".`);
    }
    for (const [key, text] of Object.entries(file)) {
      if (!used.has(key)) note('texts', null, `${language}.json has the text "${key}", which nothing shows.`);
      if (text.trim() === '') note('texts', used.get(key) ?? null, `${language}.json: the text "${key}" is empty.`);
      else if (han.test(text) !== (language === 'zh-CN'))
        note('texts', used.get(key) ?? null, `${language}.json: the text "${key}" is not in its language.`);
    }
  }
  for (const [key, state] of used) {
    const [chinese, english] = [both['zh-CN'][key], both.en[key]];
    if (chinese === undefined || english === undefined) continue;
    const named = placeholders(chinese);
    if (named.join() !== placeholders(english).join())
      note('texts', state, `The text "${key}" has other {placeholders} in Chinese than in English.`);
    for (const name of named) {
      if (!Object.hasOwn(definition.data.properties, name.split('.')[0] ?? '') && !screenValues.includes(name))
        note('texts', state, `The text "${key}" has a placeholder {${name}} that nothing fills.`);
    }
  }
  if (!(icons as readonly string[]).includes(definition.icon))
    note('names', null, `There is no icon "${definition.icon}"; there are ${icons.join(', ')}.`);
};

/** Placeholders that screens fill besides those that are paths into the data: the camera screens'. */
const screenValues = ['title', 'material', 'page', 'pages'];

function placeholders(text: string): readonly string[] {
  return [...new Set(text.match(/(?<=\{)[^}]*(?=\})/g))].sort();
}

/** Keys that the flow shows, each with the first state that does. */
function textKeysOf({ definition }: Subject): ReadonlyMap<string, string | null> {
  const keys = new Map<string, string | null>();
  const add = (key: string, state: string | null) => {
    if (!keys.has(key)) keys.set(key, state);
  };
  for (const key of [definition.title, definition.detail, ...definition.steps.map((each) => each.title)])
    add(key, null);
  for (const [name, { meta }] of statesOf(definition)) {
    for (const key of meta?.help ?? []) add(key, name);
    for (const key of keysIn(meta?.screen ?? {})) add(key, name);
  }
  return keys;
}

/** Parameters that are names or paths, never texts. */
const notTexts = ['use', 'path', 'prefill', 'name', 'event', 'because'];

function keysIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return textKey.safeParse(value).success ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (notTexts.includes(key) ? [] : keysIn(each)));
}
