import { signal } from '@preact/signals';
import type { PanelAct, PanelState } from '../../runtime/server/protocol.ts';

export const state = signal<PanelState | null>(null);
export const connected = signal(false);
/** Why the last act was refused, in words; null when it was done. */
export const trouble = signal<string | null>(null);

/** Follows the bench; the browser reconnects by itself. */
export function connectBench(): void {
  const events = new EventSource('/api/events');
  events.onopen = () => {
    connected.value = true;
  };
  events.onerror = () => {
    connected.value = false;
  };
  events.onmessage = (message) => {
    state.value = JSON.parse(message.data as string) as PanelState;
  };
}

export async function act(what: PanelAct): Promise<void> {
  try {
    const answer = await fetch('/api/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(what),
    });
    trouble.value = answer.ok ? null : ((await answer.json()) as { readonly detail: string }).detail;
  } catch {
    trouble.value = '模拟台没有回答 · the bench does not answer';
  }
}
