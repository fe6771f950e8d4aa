/** Soft sounds that lead the hand: one rising for success, one falling for trouble, two equal ones as a reminder. */
import type { ServerMessage } from '../runtime/server/protocol.ts';

type ToneName = Extract<ServerMessage, { type: 'tone' }>['tone'];
const notes: Readonly<Record<ToneName, readonly number[]>> = {
  success: [523.25, 783.99],
  trouble: [329.63, 246.94],
  reminder: [587.33, 587.33],
};
const noteSeconds = 0.18;
const loudness = 0.12;

let context: AudioContext | undefined;

/** Silent where the browser forbids sound before the first touch. */
export function playTone(name: ToneName): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  const start = context.currentTime;
  for (const [i, frequency] of notes[name].entries()) {
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency });
    const gain = new GainNode(context, { gain: 0 });
    const at = start + i * noteSeconds;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + noteSeconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(at);
    oscillator.stop(at + noteSeconds);
  }
}
