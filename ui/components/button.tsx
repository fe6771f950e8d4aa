/** Every touch target of the citizen's screen but the keys of the keyboard. */
import type { ComponentChildren } from 'preact';
import { live, send } from '../state.ts';
import { type AnyIcon, Icon } from './icon.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly icon?: AnyIcon;
  /** `main`: the one wide button; `danger`: in vermilion. */
  readonly look?: 'main' | 'plain' | 'danger';
  /** Names the button for tests and measurements: the event it sends, or what it does. */
  readonly act: string;
  readonly pressed?: boolean;
  onPress(): void;
}

export function Button({ children, icon, look = 'plain', act, pressed, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      data-look={look}
      data-act={act}
      aria-pressed={pressed}
      aria-disabled={live.value ? undefined : true}
      onClick={onPress}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A button that sends an event of the screen. */
export function EventButton({
  event,
  data,
  ...rest
}: Omit<ButtonProps, 'act' | 'onPress'> & { readonly event: string; readonly data?: unknown }) {
  return <Button {...rest} act={event} onPress={() => send(event, data)} />;
}
