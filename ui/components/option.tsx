/** One thing to choose: a wide card with an icon, a title, what it means, and its badge. */
import type { IconName } from '../../runtime/server/protocol.ts';
import { Icon } from './icon.tsx';

export interface OptionData {
  readonly id: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly badge?: string | undefined;
  readonly icon?: IconName | undefined;
  readonly unavailable?: string | undefined;
}

interface OptionProps {
  readonly option: OptionData;
  readonly act: string;
  /** Set where choosing does not send at once: shows which one is chosen. */
  readonly chosen?: boolean;
  onPress(): void;
}

export function Option({ option, act, chosen, onPress }: OptionProps) {
  const off = option.unavailable !== undefined;
  return (
    <button
      type="button"
      class="option"
      data-act={act}
      data-id={option.id}
      disabled={off}
      aria-pressed={chosen}
      onClick={onPress}
    >
      {option.icon === undefined ? null : <Icon name={option.icon} />}
      <span class="option-words">
        <strong>{option.title}</strong>
        {option.detail === undefined ? null : <span>{option.detail}</span>}
        {off ? <span class="unavailable">{option.unavailable}</span> : null}
      </span>
      {option.badge === undefined ? null : <span class="badge figures">{option.badge}</span>}
      {chosen === undefined ? null : <span class="tick">{chosen ? <Icon name="check" /> : null}</span>}
    </button>
  );
}
