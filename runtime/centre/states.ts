import { type CaseState, caseStates } from './api.ts';

/** Who may move a case: the terminal on a citizen's behalf, the window, the department, the desk that hands results out. */
export const actors = ['citizen', 'window', 'department', 'outputDesk'] as const;
export type Actor = (typeof actors)[number];

/**
 * Which state may follow which, and by whose hand. Administrative Licensing Law art. 32: supplements are asked for
 * before acceptance, all at once. After `closed` come output states only; `refused` and `evaluated` are final.
 */
export const transitions: Readonly<Record<CaseState, Readonly<Partial<Record<CaseState, Actor>>>>> = {
  draft: { received: 'citizen' },
  received: {
    pre_accepted: 'window',
    pre_returned: 'window',
    accepted: 'window',
    supplement_required: 'window',
    refused: 'window',
  },
  pre_accepted: { accepted: 'window', supplement_required: 'window', refused: 'window' },
  pre_returned: { received: 'citizen' },
  accepted: { in_progress: 'department' },
  supplement_required: { received: 'citizen', refused: 'window' },
  refused: {},
  in_progress: { suspended: 'department', closed: 'department' },
  suspended: { in_progress: 'department' },
  closed: { issuing: 'outputDesk' },
  issuing: { in_locker: 'outputDesk', mailed: 'outputDesk', at_window: 'outputDesk' },
  in_locker: { collected: 'citizen', at_window: 'outputDesk' },
  mailed: { collected: 'citizen', at_window: 'outputDesk' },
  at_window: { collected: 'citizen' },
  collected: { evaluated: 'citizen' },
  evaluated: {},
};

/** Who may move a case from one state to another; null: nobody. */
export function moverOf(from: CaseState, to: CaseState): Actor | null {
  return transitions[from][to] ?? null;
}

/** The states that may follow, in the order of the list of states. */
export function nextStates(from: CaseState): readonly { readonly to: CaseState; readonly by: Actor }[] {
  return caseStates.flatMap((to) => {
    const by = moverOf(from, to);
    return by ? [{ to, by }] : [];
  });
}

/** Whether the promised days are counted in this state (the clock stands while a case is suspended). */
export function promiseRuns(state: CaseState): boolean {
  return state === 'accepted' || state === 'in_progress';
}
