/** A plugged-in keyboard, where no field has the focus to take its keys. */
import { useEffect, useRef } from 'preact/hooks';

export interface PhysicalKeys {
  type(text: string): void;
  erase(): void;
  done(): void;
  /** Sees every key first, also those meant for a focused field; true when it used the key. */
  intercept?(event: KeyboardEvent): boolean;
}

export function usePhysicalKeys(keys: PhysicalKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (latest.current.intercept?.(event) === true || (!isTaken(event.target) && handle(latest.current, event))) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, []);
}

function handle(keys: PhysicalKeys, { key }: KeyboardEvent): boolean {
  if (key === 'Backspace') keys.erase();
  else if (key === 'Enter') keys.done();
  else if ([...key].length === 1) keys.type(key);
  else return false;
  return true;
}

/** A field or a focused button has its own use for the key. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, button, a, [contenteditable]') !== null;
}
