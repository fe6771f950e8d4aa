/** The component of each screen by its name. */
import type { ScreenMessage, ScreenName } from '../../runtime/server/protocol.ts';
import { AskList } from './ask-list.tsx';
import { Attract } from './attract.tsx';
import { Capture } from './capture.tsx';
import { Choose } from './choose.tsx';
import { ComparePictures } from './compare-pictures.tsx';
import { Confirm } from './confirm.tsx';
import { Digits } from './digits.tsx';
import { Evaluate } from './evaluate.tsx';
import { FindCase } from './find-case.tsx';
import { Form } from './form.tsx';
import { Leaving } from './leaving.tsx';
import { OutOfService } from './out-of-service.tsx';
import { Outcome } from './outcome.tsx';
import { PresentCard } from './present-card.tsx';
import { Review } from './review.tsx';
import { Sign } from './sign.tsx';
import { Tell } from './tell.tsx';
import { Timeline } from './timeline.tsx';
import { Wait } from './wait.tsx';

/** These follow a device or a service by themselves; the others begin anew with each screen message. */
const following: ReadonlySet<ScreenName> = new Set(['attract', 'presentCard', 'findCase', 'wait']);

export function ScreenView({ message }: { readonly message: ScreenMessage }) {
  const key = following.has(message.screen) ? message.screen : message.seq;
  switch (message.screen) {
    case 'attract':
      return <Attract key={key} {...message.props} />;
    case 'choose':
      return <Choose key={key} {...message.props} />;
    case 'askList':
      return <AskList key={key} {...message.props} />;
    case 'presentCard':
      return <PresentCard key={key} {...message.props} />;
    case 'confirm':
      return <Confirm key={key} {...message.props} />;
    case 'digits':
      return <Digits key={key} {...message.props} />;
    case 'form':
      return <Form key={key} {...message.props} />;
    case 'capture':
      return <Capture key={key} {...message.props} />;
    case 'comparePictures':
      return <ComparePictures key={key} {...message.props} />;
    case 'review':
      return <Review key={key} {...message.props} />;
    case 'sign':
      return <Sign key={key} {...message.props} />;
    case 'wait':
      return <Wait key={key} {...message.props} />;
    case 'tell':
      return <Tell key={key} {...message.props} />;
    case 'outcome':
      return <Outcome key={key} {...message.props} />;
    case 'findCase':
      return <FindCase key={key} {...message.props} />;
    case 'timeline':
      return <Timeline key={key} {...message.props} />;
    case 'evaluate':
      return <Evaluate key={key} {...message.props} />;
    case 'leaving':
      return <Leaving key={key} {...message.props} />;
    case 'outOfService':
      return <OutOfService key={key} {...message.props} />;
  }
}
