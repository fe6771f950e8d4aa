import type { DeviceStatus } from '../../drivers/contract/device.ts';
import type { ReceiptPrinterStatus } from '../../drivers/contract/receipt-printer.ts';
import type { LocalText } from '../catalogue/item.ts';
import type { Flow } from '../flow/load.ts';
import type { FlowPorts } from '../flow/ports.ts';
import type { Projected } from '../flow/screens/view.ts';
import { type Chrome, type IconName, icons, type Language, type ScreenProps } from '../server/protocol.ts';

const t = (chinese: string, english: string): LocalText => ({ 'zh-CN': chinese, en: english });

/** XFS4IoT counts a suspected fraud as still in service. */
const inService = ['online', 'deviceBusy', 'potentialFraud'];

const readerAway = t('读卡器暂时用不了', 'The card reader is not working now');
const printerAway = t('打印机暂时用不了', 'The printer is not working now');
const noPaper = t('打印机没有纸了', 'The printer is out of paper');
const starting = t('正在准备，请稍等', 'Getting ready, please wait');
const lineDown = t('现在连不上中心', 'The centre cannot be reached now');
const noItems = t('没有可办的事项', 'There is nothing to apply for');

const notices = {
  line: t(
    '与中心的线路中断：提交的材料会安全存好，线路恢复后自动发送。',
    'The line to the centre is down: what you submit is kept safely and sent when the line is back.',
  ),
  printer: t(
    '暂时不能打印：编号会显示在屏幕上，请记下或拍下。',
    'Printing is not possible now: the number is shown on the screen, please note it down.',
  ),
  reader: t('读卡器暂时用不了：可以手工输入号码。', 'The card reader is not working now: numbers can be typed.'),
  cardLeft: t(
    '读卡处有一张别人留下的证件，请先拿起并交给工作人员。',
    'Somebody left a card on the reader: please take it off and hand it to the staff.',
  ),
};

function trouble(device: { status(): DeviceStatus } | null, away: LocalText): LocalText | null {
  const status = device?.status();
  if (!status) return away;
  if (inService.includes(status.device)) return null;
  return status.device === 'starting' ? starting : away;
}

function printerTrouble(ports: FlowPorts): LocalText | null {
  const found = trouble(ports.receiptPrinter, printerAway);
  const status: ReceiptPrinterStatus | undefined = ports.receiptPrinter?.status();
  return found && status?.paper === 'out' ? noPaper : found;
}

/** Why this journey cannot be offered now; null when it can. */
export function whyNot(flow: Flow, ports: FlowPorts): LocalText | null {
  const { devices, services } = flow.definition.needs;
  if (devices.includes('idCardReader')) {
    const found = trouble(ports.idCardReader, readerAway);
    if (found) return found;
  }
  if (devices.includes('receiptPrinter')) {
    const found = printerTrouble(ports);
    if (found) return found;
  }
  if (services.includes('tickets') && ports.uplink.line() === 'down') return lineDown;
  if (services.includes('items') && ports.catalogue.list().length === 0) return noItems;
  return null;
}

interface Offer {
  readonly journeys: ScreenProps<'attract'>['journeys'];
  readonly health: ScreenProps<'attract'>['health'];
  readonly notices: string[];
}

/**
 * What the terminal can do at this moment, for somebody who walks by. `cardLeft`: the last person went without their
 * card, which lies there still.
 */
export function offerOf(flows: readonly Flow[], ports: FlowPorts, language: Language, cardLeft: boolean): Offer {
  const reasons = flows.map((flow) => whyNot(flow, ports));
  const wanted = new Set(flows.flatMap(({ definition: { needs } }) => [...needs.devices, ...needs.optional]));
  const troubles = [
    ports.uplink.line() === 'down' ? notices.line : null,
    wanted.has('receiptPrinter') && hasFailed(printerTrouble(ports)) ? notices.printer : null,
    wanted.has('idCardReader') && hasFailed(trouble(ports.idCardReader, readerAway)) ? notices.reader : null,
  ].filter((each) => each !== null);
  const none = reasons.every((reason) => reason !== null);
  const all = reasons.every((reason) => reason === null);
  const told = cardLeft ? [notices.cardLeft, ...troubles] : troubles;
  return {
    journeys: flows.map((flow, n) => journeyOption(flow, reasons[n]?.[language], language)),
    health: none ? 'out' : all && troubles.length === 0 ? 'works' : 'limited',
    notices: told.map((each) => each[language]),
  };
}

function journeyOption(flow: Flow, unavailable: string | undefined, language: Language): Offer['journeys'][number] {
  const { title, detail, icon } = flow.definition;
  const texts = flow.texts[language];
  return {
    id: flow.id,
    title: texts[title] ?? title,
    detail: texts[detail] ?? detail,
    ...(isIcon(icon) && { icon }),
    ...(unavailable !== undefined && { unavailable }),
  };
}

function hasFailed(found: LocalText | null): boolean {
  return found !== null && found !== starting;
}

/** What is true of the whole terminal while a journey runs. */
export function noticesDuring(ports: FlowPorts, language: Language): string[] {
  return ports.uplink.line() === 'down' ? [notices.line[language]] : [];
}

function isIcon(name: string): name is IconName {
  return (icons as readonly string[]).includes(name);
}

/** Name and steps of a running journey, for the head of every screen. */
export function journeyOf(flow: Flow, step: number, language: Language): NonNullable<Chrome['journey']> {
  const texts = flow.texts[language];
  const { title, steps } = flow.definition;
  return { title: texts[title] ?? title, steps: steps.map((each) => texts[each.title] ?? each.title), step };
}

/** For a terminal that has no journey at all. */
export function outOfService(language: Language): Projected {
  const say = (chinese: string, english: string) => (language === 'en' ? english : chinese);
  return {
    screen: 'outOfService',
    props: {
      say: say('暂停服务', 'Out of service'),
      because: say('这台机器上没有可用的办事流程。', 'No journey is installed on this machine.'),
      next: say('请到人工窗口办理。', 'Please go to a staffed window.'),
    },
  };
}
