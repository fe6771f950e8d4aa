import { citizenNumberCheck } from '../../drivers/contract/citizen-number.ts';
import type { ScreenProps } from '../server/protocol.ts';

/** An invented citizen of a rehearsal. Every value is unique to its run, so that it can be searched for afterwards. */
export interface Persona {
  readonly run: number;
  readonly name: string;
  readonly number: string;
  readonly birth: string;
  readonly address: string;
  readonly phone: string;
  /** A picture with a mark in it that is searched for in the terminal's files. */
  readonly picture: Uint8Array;
  readonly pictureMark: string;
  /** How the journey goes: which options are chosen. */
  readonly choice: number;
}

// Rare on purpose: characters of the first rows of Extension A and B, found in no text of the program.
const given = ['㐅丂', '𠀋', '㑇㐱', '𠮷𠂤', '㒗'] as const;

/** Makes the citizen of run `run`; `jpeg` is any picture, which gets a comment segment with the mark. */
export function makePersona(run: number, jpeg: Uint8Array): Persona {
  const serial = String(run % 1000).padStart(3, '0');
  const day = String(1 + (run % 28)).padStart(2, '0');
  const month = String(1 + (Math.floor(run / 28) % 12)).padStart(2, '0');
  const year = 1950 + (Math.floor(run / 336) % 50);
  const body = `110105${year}${month}${day}${serial}`;
  const pictureMark = `window24-rehearsal-picture-${body}`;
  return {
    run,
    name: `张${given[run % given.length]}`,
    number: body + citizenNumberCheck(body),
    birth: `${year}-${month}-${day}`,
    address: `北京市朝阳区㐂㐃路${1000 + run}号院`,
    phone: `138${String(10_000_000 + run)}`,
    picture: withComment(jpeg, pictureMark),
    pictureMark,
    choice: run,
  };
}

/** Inserts a JPEG comment segment (ITU-T T.81 B.2.4.5) after the start-of-image marker. */
function withComment(jpeg: Uint8Array, comment: string): Uint8Array {
  const text = new TextEncoder().encode(comment);
  const length = text.length + 2;
  return Uint8Array.from([
    ...jpeg.subarray(0, 2),
    0xff,
    0xfe,
    length >> 8,
    length & 0xff,
    ...text,
    ...jpeg.subarray(2),
  ]);
}

/** What the persona types into a field. */
export function valueFor(persona: Persona, field: ScreenProps<'form'>['fields'][number]): string {
  if (field.value && !field.error) return field.value;
  switch (field.kind) {
    case 'name':
      return persona.name;
    case 'idNumber':
      return persona.number;
    case 'phone':
      return persona.phone;
    case 'address':
      return persona.address;
    case 'date':
      return '2026-01-15';
    case 'digits':
      return '100000'.slice(0, field.maxLength ?? 6);
    case 'choice':
      return field.options?.[persona.choice % field.options.length]?.id ?? '';
    case 'text':
      return `自填${1000 + persona.run}`.slice(0, field.maxLength ?? 40);
  }
}

/** Clear texts that must never be found in a file of the terminal. */
export function marksOf(persona: Persona): readonly string[] {
  return [persona.name, persona.number, persona.address, persona.phone, persona.pictureMark];
}
