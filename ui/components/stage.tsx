/** The frame of every screen's middle: one sentence, one thing, and the action always in the lower third. */
import type { ComponentChildren } from 'preact';

interface StageProps {
  readonly ask: string;
  readonly detail?: ComponentChildren;
  /** Small line above the sentence, such as "Question 2 of 6". */
  readonly over?: ComponentChildren;
  /** Drawing that leads the hand; left away where the panel has no room for it. */
  readonly picture?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly name: string;
  /** What is worked with needs the panel's whole width: a keyboard, a live picture. */
  readonly wide?: boolean;
}

export function Stage({ ask, detail, over, picture, actions, children, name, wide = false }: StageProps) {
  return (
    <main class="stage" data-screen={name} data-wide={wide ? '' : undefined} tabIndex={-1}>
      <div class="say">
        {over === undefined ? null : <p class="over">{over}</p>}
        <h1>{ask}</h1>
        {detail === undefined ? null : <div class="detail">{detail}</div>}
        {picture === undefined ? null : <div class="picture">{picture}</div>}
      </div>
      {children === undefined ? null : <div class="work">{children}</div>}
      {actions === undefined ? null : <div class="actions">{actions}</div>}
    </main>
  );
}
