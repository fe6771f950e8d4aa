/** One family of line icons on a 24-unit grid, 1.6 wide, round ends. A word always stands beside them. */
import type { IconName } from '../../runtime/server/protocol.ts';

type ShellIcon =
  | 'back'
  | 'forward'
  | 'globe'
  | 'size'
  | 'leave'
  | 'check'
  | 'cross'
  | 'pencil'
  | 'printer'
  | 'camera'
  | 'again'
  | 'plus'
  | 'warning'
  | 'info'
  | 'scan'
  | 'keys'
  | 'face5'
  | 'face4'
  | 'face3'
  | 'face2'
  | 'face1';
export type AnyIcon = IconName | ShellIcon;

const face = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.8 9.4v.9M15.2 9.4v.9';

/** Path data; sub-paths are strokes. */
const strokes: Readonly<Record<AnyIcon, string>> = {
  ticket: 'M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14.5 6v2M14.5 11v2M14.5 16v2M7.5 10h3.5M7.5 14h3.5',
  apply: 'M6 3h8.5L19 7.5V12M14 3v5h5M6 3v18h6M9 12h5M9 16h3M14.5 20.5l.6-2.6 4.4-4.4 2 2-4.4 4.4z',
  progress:
    'M5 5.5h.01M5 12h.01M5 18.5h.01M9 5.5h11M9 12h11M9 18.5h6M3.5 5.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M3.5 12a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M3.5 18.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0',
  person: 'M12 3.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.6-4 3.4-6 7.5-6s6.9 2 7.5 6',
  shop: 'M4.5 4h15l1.5 5.5H3zM3 9.5a3 3 0 0 0 6 0 3 3 0 0 0 6 0 3 3 0 0 0 6 0M5 12.5V20h14v-7.5M10 20v-4.5h4V20',
  home: 'M3.5 11.5 12 4l8.5 7.5M6 9.5V20h12V9.5M10 20v-5.5h4V20',
  card: 'M3 5.5h18v13H3zM6.5 10.7a1.9 1.9 0 1 0 3.8 0 1.9 1.9 0 1 0-3.8 0M5.7 15.7c.4-1.7 1.3-2.4 2.7-2.4s2.3.7 2.7 2.4M14 10h4M14 14h4',
  phone:
    'M5 4h4l1.5 4.5-2.3 1.7a12 12 0 0 0 5.6 5.6l1.7-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5C10.5 20 4 13.5 3.5 5.6A1.5 1.5 0 0 1 5 4z',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5.3l3.3 2',
  paper: 'M6 3h8.5L19 7.5V21H6zM14 3v5h5M9.5 12.5h6M9.5 16.5h6',
  window:
    'M3.5 4h17v16h-17zM3.5 15h17M8.5 15c.2-2.4 1.5-3.6 3.5-3.6s3.3 1.2 3.5 3.6M9.8 8.8a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0',
  post: 'M3 5.5h18v13H3zM3.5 6l8.5 7 8.5-7M3.5 18l6-6.5M20.5 18l-6-6.5',
  locker: 'M4 3.5h16v17H4zM12 3.5v17M4 12h16M9.5 7v1.5M9.5 15.5V17M17.5 7v1.5M17.5 15.5V17',
  heart: 'M12 20C6.5 16 3.5 12.7 3.5 9.1A4.6 4.6 0 0 1 12 6.6a4.6 4.6 0 0 1 8.5 2.5C20.5 12.7 17.5 16 12 20z',
  question: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.3 9.5a2.7 2.7 0 1 1 4.1 2.3c-.9.6-1.4 1-1.4 2M12 16.8v.1',
  back: 'M10.5 5.5 4 12l6.5 6.5M4.5 12H20',
  forward: 'M13.5 5.5 20 12l-6.5 6.5M19.5 12H4',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c-3 2.7-4 5.6-4 9s1 6.3 4 9M12 3c3 2.7 4 5.6 4 9s-1 6.3-4 9',
  size: 'M2.5 19 6 10.5 9.5 19M3.7 16.2h4.6M10.5 19 16 5l5.5 14M12.3 14.5h7.4',
  leave: 'M14 4H5v16h9M10 12h11M17.5 8l4 4-4 4',
  check: 'M4.5 12.5 10 18 19.5 6.5',
  cross: 'M6 6l12 12M18 6 6 18',
  pencil: 'M4 20l1-4.5L16 4.5 19.5 8 8.5 19zM13.5 7 17 10.5',
  printer: 'M7 9V3.5h10V9M7 17H3.5V9h17v8H17M7 14h10v6.5H7zM16.8 11.7h.1',
  camera: 'M3 7.5h4.5L9 5h6l1.5 2.5H21V19H3zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7',
  again: 'M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5',
  plus: 'M12 5v14M5 12h14',
  warning: 'M12 3.5 21.5 20h-19zM12 10v4.5M12 17.2v.1',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.8v.1',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8.5v7M11 8.5v7M13.5 8.5v7M16 8.5v7',
  keys: 'M3 6h18v12H3zM7 10h.1M10.3 10h.1M13.7 10h.1M17 10h.1M8 14h8',
  face5: `${face}M7.3 13.3c.7 2.5 2.4 3.8 4.7 3.8s4-1.3 4.7-3.8z`,
  face4: `${face}M8 14.3c1 1.5 2.3 2.2 4 2.2s3-.7 4-2.2`,
  face3: `${face}M8 15.3h8`,
  face2: `${face}M8 16.3c1-1.2 2.3-1.8 4-1.8s3 .6 4 1.8`,
  face1: `${face}M8 17c.7-1.9 2-2.9 4-2.9s3.3 1 4 2.9M7.5 7.6l2.3 1M16.5 7.6l-2.3 1`,
};

export function Icon({ name }: { name: AnyIcon }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={strokes[name]} />
    </svg>
  );
}
