import { describe, expect, it } from 'vitest';
import { caseStates } from '../../runtime/centre/api.ts';
import { moverOf, nextStates, promiseRuns, transitions } from '../../runtime/centre/states.ts';

/** The whole table once more, as people would say it: a change of the table must be a change of this text. */
const lawful = `
draft > received by citizen
received > pre_accepted by window
received > pre_returned by window
received > accepted by window
received > supplement_required by window
received > refused by window
pre_accepted > accepted by window
pre_accepted > supplement_required by window
pre_accepted > refused by window
pre_returned > received by citizen
accepted > in_progress by department
supplement_required > received by citizen
supplement_required > refused by window
in_progress > suspended by department
in_progress > closed by department
suspended > in_progress by department
closed > issuing by outputDesk
issuing > in_locker by outputDesk
issuing > mailed by outputDesk
issuing > at_window by outputDesk
in_locker > at_window by outputDesk
in_locker > collected by citizen
mailed > at_window by outputDesk
mailed > collected by citizen
at_window > collected by citizen
collected > evaluated by citizen`
  .trim()
  .split('\n');

const outputStates = ['issuing', 'in_locker', 'mailed', 'at_window', 'collected', 'evaluated'];

function reachableFrom(start: (typeof caseStates)[number]): Set<string> {
  const seen = new Set<string>();
  const todo = [start];
  for (let state = todo.pop(); state; state = todo.pop())
    for (const { to } of nextStates(state)) if (!seen.has(to) && seen.add(to)) todo.push(to);
  return seen;
}

describe('transitions of a case', () => {
  it('are these and no others, of all pairs of states', () => {
    const found = caseStates.flatMap((from) =>
      caseStates.flatMap((to) => {
        const by = moverOf(from, to);
        return by ? [`${from} > ${to} by ${by}`] : [];
      }),
    );
    expect(found.sort()).toEqual([...lawful].sort());
  });

  it('lead from a draft to every state', () => {
    expect([...reachableFrom('draft')].sort()).toEqual(caseStates.filter((state) => state !== 'draft').sort());
  });

  it('lead after closing to output states only', () => {
    expect([...reachableFrom('closed')].sort()).toEqual([...outputStates].sort());
  });

  it('end in refused and evaluated alone', () => {
    expect(caseStates.filter((state) => Object.keys(transitions[state]).length === 0)).toEqual([
      'refused',
      'evaluated',
    ]);
    for (const state of caseStates) {
      const ends = state === 'refused' || state === 'evaluated' || [...reachableFrom(state)].some(isEnd);
      expect(ends).toBe(true);
    }
  });

  it('count the promise between acceptance and closing, not while suspended', () => {
    expect(caseStates.filter(promiseRuns)).toEqual(['accepted', 'in_progress']);
  });
});

function isEnd(state: string): boolean {
  return state === 'refused' || state === 'evaluated';
}
