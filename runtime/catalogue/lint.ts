import type { Item } from './item.ts';

/** What the schema cannot say: a finding of the guide's linter. */
export interface LintFinding {
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

/**
 * Checks that a guide agrees with itself, after the consistency rules by which published guides are audited: each rule
 * here stands for a journey that somebody would otherwise make in vain.
 */
export function lintItem(item: Item): readonly LintFinding[] {
  return [...numbers(item), ...scenarios(item), ...form(item), ...materials(item), ...delivery(item)];
}

function numbers(item: Item): LintFinding[] {
  const found: LintFinding[] = [];
  if (item.promiseDays > item.legalDays) {
    found.push({
      path: 'promiseDays',
      problem: `The promise (${item.promiseDays} days) is longer than the law allows (${item.legalDays} days).`,
      hint: 'A promise shortens the legal time limit, never lengthens it.',
    });
  }
  if (item.trips === 0 && !item.delivery.some((each) => each.id === 'post')) {
    found.push({
      path: 'trips',
      problem: 'No trip is needed, yet the result cannot be posted.',
      hint: 'Offer delivery by post, or count the trip to collect the result.',
    });
  }
  if (item.fee.amount > 0 && !/\d/.test(item.fee.note['zh-CN'])) {
    found.push({
      path: 'fee.note',
      problem: 'There is a fee, but its note names no amount.',
      hint: 'Say how much, for what, and by which rule.',
    });
  }
  return found;
}

function scenarios(item: Item): LintFinding[] {
  const found: LintFinding[] = [];
  found.push(...duplicates(item.scenarios, 'scenarios'));
  item.scenarios.forEach((scenario, n) => {
    found.push(...duplicates(scenario.options, `scenarios.${n}.options`));
  });
  const conditions = [
    ...item.form.map((each, n) => ({ when: each.when, path: `form.${n}.when` })),
    ...item.materials.map((each, n) => ({ when: each.when, path: `materials.${n}.when` })),
  ];
  for (const { when, path } of conditions) {
    if (!when) continue;
    const scenario = item.scenarios.find((each) => each.id === when.scenario);
    if (!scenario) {
      found.push({
        path,
        problem: `There is no scenario question "${when.scenario}".`,
        hint: 'Name one of "scenarios".',
      });
      continue;
    }
    for (const answer of when.anyOf) {
      if (scenario.options.some((option) => option.id === answer)) continue;
      found.push({
        path: `${path}.anyOf`,
        problem: `The question "${scenario.id}" has no answer "${answer}".`,
        hint: `Its answers are ${scenario.options.map((option) => option.id).join(', ')}.`,
      });
    }
  }
  return found;
}

function form(item: Item): LintFinding[] {
  const found = duplicates(
    item.form.map((each) => ({ id: each.name })),
    'form',
  );
  item.form.forEach((field, n) => {
    if ((field.kind === 'choice') !== (field.options !== undefined)) {
      found.push({
        path: `form.${n}.options`,
        problem: field.kind === 'choice' ? 'A choice has no options.' : 'Only a choice has options.',
        hint: 'Give options to fields of the kind "choice" and to no others.',
      });
    }
    if (field.options) found.push(...duplicates(field.options, `form.${n}.options`));
    if (field.pattern !== undefined && !isPattern(field.pattern)) {
      found.push({
        path: `form.${n}.pattern`,
        problem: 'This is not a regular expression.',
        hint: 'It is tried on the whole value, with the flag u.',
      });
    }
  });
  return found;
}

/** What the terminal itself adds to every case, filed beside the materials. */
const ownMaterials = ['signature', 'portrait'];

function materials(item: Item): LintFinding[] {
  const found = duplicates(item.materials, 'materials');
  item.materials.forEach((material, n) => {
    if (ownMaterials.includes(material.id)) {
      found.push({
        path: `materials.${n}.id`,
        problem: `"${material.id}" is what the terminal adds to every case.`,
        hint: 'Give the material another id.',
      });
    }
    if (material.camera === 'face' && material.maxPages > 1) {
      found.push({
        path: `materials.${n}.maxPages`,
        problem: 'A portrait has more than one page.',
        hint: 'One picture of the face is enough.',
      });
    }
  });
  return found;
}

function delivery(item: Item): LintFinding[] {
  const found = duplicates(item.delivery, 'delivery');
  item.delivery.forEach((each, n) => {
    if (each.id === 'post' && !each.needsAddress) {
      found.push({
        path: `delivery.${n}.needsAddress`,
        problem: 'Something is to be posted, but no address is asked for.',
        hint: 'Set "needsAddress" to true.',
      });
    }
  });
  return found;
}

function duplicates(list: readonly { readonly id: string }[], path: string): LintFinding[] {
  return list.flatMap(({ id }, n) =>
    list.findIndex((each) => each.id === id) === n
      ? []
      : [{ path: `${path}.${n}`, problem: `"${id}" is there twice.`, hint: 'Ids are unique within their list.' }],
  );
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
