import { concat, feedAndCut, inOrderProbe } from './commands.ts';
import { createJob, mostPictureBytes, type PrintJob } from './job.ts';
import { type LayoutOptions, layoutSlip } from './layout.ts';

/**
 * Marks the unfinished slip that hangs in the printer as void and cuts it off. It cuts twice, the second time a blank
 * strip: a whole slip moves the cut counter by one, a void one by two, so that whoever compares counters after a
 * crash never takes a void slip for a printed one.
 */
export async function createVoidJob(layout: Omit<LayoutOptions, 'mostPictureBytes'>): Promise<PrintJob> {
  const pieces = await layoutSlip(
    {
      title: '作废 VOID',
      elements: [
        { kind: 'text', text: '此联未打印完整，不作凭证。', align: 'centre' },
        { kind: 'text', text: 'Not a valid slip. VOID.', align: 'centre' },
      ],
    },
    { ...layout, mostPictureBytes },
  );
  if (!pieces.ok) throw new Error(`invariant broken: ${pieces.error}`);
  const { segments, cut } = createJob(pieces.value);
  const firstCut = cut.subarray(0, cut.length - inOrderProbe.length);
  return { segments, cut: concat([firstCut, feedAndCut(0), inOrderProbe]) };
}
