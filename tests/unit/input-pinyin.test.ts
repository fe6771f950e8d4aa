import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../../ui/input/dictionary/pinyin.json' with { type: 'json' };
import { convert, longestInput, type PinyinMode } from '../../ui/input/pinyin.ts';
import { openDictionary } from '../../ui/input/pinyin-dictionary.ts';

const dictionary = openDictionary(data);
/** What a portrait panel shows in one row. */
const firstPage = 8;

function ask(letters: string, mode: PinyinMode = 'text', atStart = true): string[] {
  return convert(dictionary, { letters, mode, atStart }).candidates.map(({ text }) => text);
}

/** Types a word as a person does who takes the longest fitting candidate of the first page each time. */
function typeOut(word: string, letters: string, mode: PinyinMode): string {
  let rest = letters;
  let done = '';
  while (rest !== '') {
    const answer = convert(dictionary, { letters: rest, mode, atStart: done === '' });
    const fitting = answer.candidates
      .slice(0, firstPage)
      .filter(({ text }) => word.slice(done.length).startsWith(text))
      .sort((a, b) => b.text.length - a.text.length)[0];
    if (fitting === undefined) break;
    done += fitting.text;
    rest = rest.slice(fitting.length);
  }
  return done;
}

describe('names', () => {
  const names: Readonly<Record<string, string>> = {
    zhangsan: '张三',
    lisi: '李四',
    wangwei: '王伟',
    zhangwei: '张伟',
    lina: '李娜',
    liuyang: '刘洋',
    chenjing: '陈静',
    wangxiulan: '王秀兰',
    zhaomin: '赵敏',
    huangxiaoming: '黄晓明',
    xuzixuan: '徐子轩',
    chenzihan: '陈梓涵',
    liuyuchen: '刘宇辰',
    sunguoqiang: '孙国强',
    zhoujianhua: '周建华',
    ouyangxiu: '欧阳修',
    simayi: '司马懿',
    zhugeliang: '诸葛亮',
    yuchigong: '尉迟恭',
    shanxiong: '单雄',
    zengguofan: '曾国藩',
    qiuying: '仇英',
    renxiaoyan: '任晓燕',
    lvbu: '吕布',
    luhao: '陆浩',
    xiaohong: '肖红',
    yanhong: '闫红',
    aishanguli: '艾山古丽',
  };
  it.each(Object.entries(names))('%s → %s on the first page', (letters, name) => {
    expect(ask(letters, 'name').slice(0, firstPage)).toContain(name);
  });

  it('puts surnames first where a name begins, and given names behind', () => {
    expect(ask('li', 'name')[0]).toBe('李');
    expect(ask('zhang', 'name')[0]).toBe('张');
    expect(ask('shan', 'name').slice(0, firstPage)).toContain('单');
    expect(ask('wei', 'name', false)[0]).toBe('伟');
    expect(ask('shi', 'text')[0]).toBe('是');
  });

  it.each([
    ['yan', '䶮'],
    ['yao', '垚'],
    ['hao', '淏'],
    ['jiong', '炅'],
    ['weng', '𬭩'],
    ['zhe', '喆'],
    ['kun', '堃'],
    ['xin', '鑫'],
  ])('reaches the rare character of a name: %s → %s', (letters, character) => {
    expect(ask(letters, 'name')).toContain(character);
  });
});

describe('places and words of the counter', () => {
  const words: Readonly<Record<string, string>> = {
    qinghequ: '清河区',
    zhongshanlu: '中山路',
    jiedao: '街道',
    haolou: '号楼',
    danyuan: '单元',
    xiaoqu: '小区',
    shequ: '社区',
    huayuan: '花园',
    dasha: '大厦',
    beijingshi: '北京市',
    shanghaishi: '上海市',
    jiangsusheng: '江苏省',
    guangdongsheng: '广东省',
    huaianshi: '淮安市',
    chaoyangqu: '朝阳区',
    renminlu: '人民路',
    jiefangdonglu: '解放东路',
    shierhao: '十二号',
    cunweihui: '村委会',
    xian: '县',
    shi: '市',
    xizangzizhiqu: '西藏自治区',
  };
  it.each(Object.entries(words))('%s → %s', (letters, word) => {
    expect(ask(letters, 'address').slice(0, firstPage)).toContain(word);
  });

  it.each([
    ['shenfenzheng', '身份证'],
    ['juzhuzheng', '居住证'],
    ['hukouben', '户口本'],
    ['yingyezhizhao', '营业执照'],
    ['getigongshanghu', '个体工商户'],
    ['canyinfuwu', '餐饮服务'],
    ['xiaomaibu', '小卖部'],
    ['zulinhetong', '租赁合同'],
    ['zaizhizhengming', '在职证明'],
    ['chongqing', '重庆'],
    ['yinhang', '银行'],
    ['nver', '女儿'],
    ['nvxing', '女性'],
  ])('%s → %s comes first', (letters, word) => {
    expect(ask(letters)[0]).toBe(word);
  });

  it('knows a city by the reading its people use', () => {
    expect(ask('luan', 'address').slice(0, firstPage)).toContain('六安');
    expect(ask('bengbu', 'address')[0]).toBe('蚌埠');
  });

  it('types a whole address piece by piece from first pages', () => {
    expect(typeOut('清河区中山路十二号三单元', 'qinghequzhongshanlushierhaosandanyuan', 'address')).toBe(
      '清河区中山路十二号三单元',
    );
  });
});

describe('spelling', () => {
  it('cuts where the separator says', () => {
    expect(ask("xi'an")[0]).toBe('西安');
    expect(convert(dictionary, { letters: 'qinghequ', mode: 'text', atStart: true }).cut).toBe('qing he qu');
  });

  it('offers what a syllable begun at the end may become', () => {
    expect(ask('shenfenzh').slice(0, firstPage)).toContain('身份证');
  });

  it('offers words by their initials', () => {
    expect(ask('bjs', 'address')[0]).toBe('北京市');
    expect(ask('sfz').slice(0, firstPage)).toContain('身份证');
  });

  it('understands one who does not tell z from zh or n from ng, behind those who do', () => {
    expect(ask('zongsanlu', 'address').slice(0, firstPage)).toContain('中山路');
    expect(ask('senfenzen').slice(0, firstPage)).toContain('身份证');
    const [exact] = ask('cong');
    expect(ask('cong').indexOf('从')).toBe(0);
    expect(exact).toBe('从');
  });

  it('keeps the letters behind the part that was chosen', () => {
    const chosen = convert(dictionary, { letters: 'zhangsan', mode: 'name', atStart: true }).candidates.find(
      ({ text }) => text === '张',
    );
    expect(chosen?.length).toBe('zhang'.length);
  });

  it('answers nothing for letters that spell nothing', () => {
    expect(ask('')).toEqual([]);
    expect(ask('vvv')).toEqual([]);
    expect(ask("'")).toEqual([]);
  });
});

describe('any letters', () => {
  const letters = fc.stringMatching(/^[a-z']{1,30}$/);
  const mode = fc.constantFrom<PinyinMode>('text', 'name', 'address');

  it('give distinct candidates, each of characters, using up some of the letters and no more', () => {
    fc.assert(
      fc.property(letters, mode, fc.boolean(), (text, kind, atStart) => {
        const { candidates } = convert(dictionary, { letters: text, mode: kind, atStart });
        expect(new Set(candidates.map((c) => c.text)).size).toBe(candidates.length);
        for (const candidate of candidates) {
          expect(candidate.text).toMatch(/^[^\0-\x7f]+$/);
          expect(candidate.length).toBeGreaterThan(0);
          expect(candidate.length).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('give the same list every time', () => {
    fc.assert(
      fc.property(letters, mode, (text, kind) => {
        expect(ask(text, kind)).toEqual(
          convert(openDictionary(data), { letters: text, mode: kind, atStart: true }).candidates.map((c) => c.text),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('are bounded', () => {
    const long = 'zhuang'.repeat(20);
    for (const candidate of convert(dictionary, { letters: long, mode: 'text', atStart: true }).candidates) {
      expect(candidate.length).toBeLessThanOrEqual(longestInput);
    }
  });
});
