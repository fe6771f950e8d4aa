import type { LineMode, PanelDevice } from '../../runtime/server/protocol.ts';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const deviceWords: Readonly<Record<PanelDevice['name'], Words>> = {
  idCardReader: { zh: '身份证读卡器', en: 'ID card reader' },
  receiptPrinter: { zh: '凭条打印机', en: 'Receipt printer' },
};

export const lineWords: Readonly<Record<LineMode, Words & { readonly about: Words }>> = {
  up: { zh: '通', en: 'Up', about: { zh: '一切正常', en: 'Everything passes' } },
  slow: { zh: '慢', en: 'Slow', about: { zh: '每程慢 0.2 秒，256 kbit/s', en: '0.2 s later each way, 256 kbit/s' } },
  cut: { zh: '断', en: 'Cut', about: { zh: '连接全部断开', en: 'Every connection is reset' } },
  stall: { zh: '僵', en: 'Stalled', about: { zh: '连得上，没有回答', en: 'Connects, never answers' } },
  nonsense: { zh: '乱', en: 'Nonsense', about: { zh: '答非所问', en: 'A portal answers in the centre’s place' } },
};

/** Faults of the simulators in words; a new one is shown as the simulator names it. */
const faultWords: Readonly<Record<string, Words>> = {
  garble: { zh: '乱码', en: 'Garbled' },
  wrongChecksum: { zh: '校验错', en: 'Wrong checksum' },
  wrongLength: { zh: '长度错', en: 'Wrong length' },
  truncate: { zh: '应答截断', en: 'Cut short' },
  noise: { zh: '线路噪声', en: 'Noise' },
  stall: { zh: '不应答', en: 'Never answers' },
  slow: { zh: '迟缓', en: 'Slow' },
  samError: { zh: '模块自检失败', en: 'Self-test fails' },
  unauthorised: { zh: '模块未授权', en: 'Not authorised' },
  cardError: { zh: '读卡出错', en: 'Card error' },
  unknownLayout: { zh: '未知卡型', en: 'Unknown layout' },
  oddModule: { zh: '旧模块', en: 'Old module' },
  paperOut: { zh: '缺纸', en: 'Paper out' },
  paperLow: { zh: '纸将尽', en: 'Paper low' },
  coverOpen: { zh: '上盖打开', en: 'Cover open' },
  jam: { zh: '卡纸', en: 'Paper jam' },
  cutterError: { zh: '切刀故障', en: 'Cutter error' },
  headHot: { zh: '打印头过热', en: 'Head hot' },
  busy: { zh: '忙', en: 'Busy' },
  powerLoss: { zh: '断电', en: 'No power' },
};

export function wordsOfFault(fault: string): Words {
  const spaced = fault.replace(/([A-Z])/g, ' $1').toLowerCase();
  return faultWords[fault] ?? { zh: '', en: spaced.charAt(0).toUpperCase() + spaced.slice(1) };
}

export const caseWords: Readonly<Record<string, string>> = {
  received: '收件',
  pre_accepted: '预受理',
  pre_returned: '预受理退回',
  accepted: '受理',
  supplement_required: '补齐补正',
  refused: '不予受理',
  in_progress: '在办',
  suspended: '挂起',
  closed: '办结',
  issuing: '出证',
  in_locker: '入柜',
  mailed: '寄出',
  at_window: '窗口待领',
  collected: '取件',
  evaluated: '已评价',
};
