import { describe, expect, it } from 'vitest';
import { difference, type GreyFrame, judge, toGrey } from '../../ui/input/guidance.ts';
import { pickCamera } from '../../ui/input/media.ts';

const camera = (label: string) => ({ deviceId: label, label });

describe('the camera of the configuration', () => {
  const cameras = [camera('Front Webcam (1bcf:2c99)'), camera('Eloam Document S1000'), camera('USB Camera')];

  it('is found by a part of its label, whatever the case', () => {
    expect(pickCamera(cameras, 'eloam', 'document')?.label).toBe('Eloam Document S1000');
    expect(pickCamera(cameras, '1bcf:2c99', 'face')?.label).toBe('Front Webcam (1bcf:2c99)');
  });

  it('is never replaced by another one', () => {
    expect(pickCamera(cameras, 'Jieyu', 'document')).toBeUndefined();
  });

  it('without a label is the first for the face, and for papers the one that says so, or the last', () => {
    expect(pickCamera(cameras, '', 'face')?.label).toBe('Front Webcam (1bcf:2c99)');
    expect(pickCamera(cameras, '', 'document')?.label).toBe('Eloam Document S1000');
    expect(pickCamera([camera('A'), camera('B')], ' ', 'document')?.label).toBe('B');
    expect(pickCamera([], '', 'face')).toBeUndefined();
  });
});

describe('guidance', () => {
  const frame = (at: (x: number, y: number) => number): GreyFrame => ({
    width: 64,
    height: 48,
    grey: Uint8Array.from({ length: 64 * 48 }, (_, i) => at(i % 64, Math.floor(i / 64))),
  });
  const paper = (shift = 0, light = 0) => frame((x, y) => ((x + shift) % 8 < 3 && y % 6 < 2 ? 70 : 190) + light);

  it('tells covered, dark and bright from good light', () => {
    expect(
      judge(
        frame((x) => x % 3),
        undefined,
      ),
    ).toBe('covered');
    expect(
      judge(
        frame((x) => (x < 8 ? 120 : 20)),
        undefined,
      ),
    ).toBe('dark');
    expect(
      judge(
        frame(() => 250),
        undefined,
      ),
    ).toBe('bright');
    expect(judge(paper(), undefined)).toBe('steady');
  });

  it('tells moving from a lamp that changes', () => {
    expect(judge(paper(3), paper())).toBe('moving');
    expect(judge(paper(0, 20), paper())).toBe('steady');
    expect(judge(paper(), paper())).toBe('steady');
  });

  it('weighs colours as the eye does', () => {
    const data = Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
    expect([...toGrey({ width: 4, height: 1, data }).grey]).toEqual([76, 150, 29, 255]);
  });

  it('does not compare frames of different sizes', () => {
    expect(difference(paper(), { width: 1, height: 1, grey: new Uint8Array(1) })).toBe(0);
  });
});
