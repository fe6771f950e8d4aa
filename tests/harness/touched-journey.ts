/** A citizen who does what each screen asks for, by touch; cards go onto the simulated reader. */
import { sampleCards } from '../../drivers/id-card-reader/samv/samples.ts';
import type { Stage } from '../../runtime/rehearsal/stage.ts';
import type { ScreenMessage } from '../../runtime/server/protocol.ts';
import type { Toucher } from './toucher.ts';

const card = sampleCards[0];

/** Does what the screen asks for; `item` is the position of what is chosen wherever something can be. */
export async function actOn(
  toucher: Toucher,
  stage: Stage,
  message: ScreenMessage,
  { journey, item = 0 }: { readonly journey: string; readonly item?: number },
): Promise<void> {
  switch (message.screen) {
    case 'attract':
      return toucher.touch('START', journey);
    case 'choose': {
      const open = message.props.options.filter((each) => !each.unavailable);
      return toucher.touch('CHOSEN', open[item % open.length]?.id);
    }
    case 'askList':
      return toucher.readOn('CONTINUE');
    case 'presentCard':
    case 'findCase':
      if (card) stage.bench.reader?.placeCard(card);
      return;
    case 'confirm':
      return toucher.touch('YES');
    case 'form':
      return toucher.fillForm(message.props.fields);
    case 'capture':
      return toucher.page.locator('.shutter:enabled').tap();
    case 'comparePictures':
      return toucher.touch('KEEP');
    case 'review':
      return toucher.readOn('CONFIRMED');
    case 'sign':
      await toucher.readOn('readDeclaration');
      await toucher.sign();
      return toucher.touch('SIGNED');
    case 'outcome':
    case 'timeline':
      return toucher.touch('OK');
    case 'evaluate':
      await toucher.touch('level', '5');
      return toucher.touch('RATED');
    case 'digits':
      await toucher.digits(message.props.kind === 'phone' ? '13800138000' : '11010519491231002X');
      return toucher.touch('ENTERED');
    case 'tell':
      return toucher.touch(message.props.actions.find((each) => each.main)?.event ?? 'LEAVE');
    case 'leaving':
      stage.bench.reader?.liftCard();
      return;
    default:
      throw new Error(`nobody said what to do on ${message.screen}`);
  }
}
