/** A citizen in front of a real Chromium: sees the screen, touches it, and does nothing else. */
import type { CDPSession, Page } from 'playwright-core';
import type { ScreenMessage, ScreenProps, ServerMessage } from '../../runtime/server/protocol.ts';
import { settle } from './ui-page.ts';

type FormField = ScreenProps<'form'>['fields'][number];

const digitsFor = {
  phone: '13800138000',
  idNumber: '11010519491231002X',
  date: '20260115',
  digits: '100000',
  caseCode: '',
} as const;

export class Toucher {
  readonly page: Page;
  readonly #cdp: CDPSession;
  #message: ScreenMessage | null = null;
  #refusal = '';

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const message = JSON.parse(String(payload)) as ServerMessage;
        if (message.type === 'screen') this.#message = message;
        else if (message.type === 'refused' || message.type === 'stale') this.#refusal = JSON.stringify(message);
      }),
    );
  }

  /** Walks up to the terminal. */
  static async at(page: Page, url: string): Promise<Toucher> {
    const toucher = new Toucher(page, await page.context().newCDPSession(page));
    await page.goto(url);
    await toucher.standing();
    return toucher;
  }

  /** The screen, once the page shows it whole. */
  async standing(): Promise<ScreenMessage> {
    for (;;) {
      await this.page.waitForSelector('.shell');
      const message = this.#message;
      const shown = await this.page.locator('.shell').getAttribute('data-seq');
      if (message && shown === String(message.seq)) {
        await settle(this.page);
        return message;
      }
      await this.page.waitForTimeout(20);
    }
  }

  /** The next screen that asks for something other than patience. */
  async question(after: number): Promise<ScreenMessage> {
    for (let looks = 0; looks < 300; looks += 1) {
      const message = await this.standing();
      const busy =
        message.screen === 'wait' ||
        (message.screen === 'presentCard' && message.props.state === 'reading') ||
        (message.screen === 'findCase' && message.props.cardState === 'reading');
      if (message.seq > after && !busy) return message;
      await this.page.waitForTimeout(20);
    }
    await this.page.screenshot({ path: new URL('../../test-results/stuck.png', import.meta.url).pathname });
    throw new Error(
      `nothing came after ${this.#message?.screen} ${this.#refusal}: ${await this.page.locator('main').innerText()}`,
    );
  }

  /** Touches the thing that does `act`; `id` tells several of a kind apart. */
  async touch(act: string, id?: string): Promise<void> {
    const which = id === undefined ? '' : `[data-id="${id}"]`;
    await this.page.locator(`[data-act="${act}"]${which}`).first().tap();
  }

  async can(act: string): Promise<boolean> {
    return (await this.page.locator(`[data-act="${act}"]`).count()) > 0;
  }

  /** Turns pages until `act` can be touched, and touches it. */
  async readOn(act: string): Promise<void> {
    for (let page = 0; page < 12 && !(await this.can(act)); page += 1) {
      await this.touch('seeMore');
      await settle(this.page);
    }
    await this.touch(act);
  }

  async key(label: string): Promise<void> {
    await this.page.locator(`.key[aria-label="${label}"]`).filter({ visible: true }).first().tap();
  }

  /** Answers every question of a form, by the keyboard on the screen. */
  async fillForm(fields: readonly FormField[]): Promise<void> {
    for (let step = 0; step < 40; step += 1) {
      const heading = await this.page.locator('main h1').first().innerText();
      const field = fields.find((each) => each.label === heading);
      if (field) await this.#answer(field);
      const last = await this.can('ENTERED');
      if (last) return this.touch('ENTERED');
      await this.touch((await this.can('seeMore')) ? 'seeMore' : 'next');
      await settle(this.page);
    }
    throw new Error('the form has no end');
  }

  async #answer(field: FormField): Promise<void> {
    if (field.kind === 'choice') return this.touch('option');
    if (field.value !== '' && field.error === undefined) return;
    if (field.kind === 'text' || field.kind === 'name' || field.kind === 'address') {
      await this.page.locator('.key').filter({ visible: true }).first().waitFor();
      for (const letter of 'zhongshanlu') await this.key(letter);
      const candidate = this.page.locator('.key[data-look="candidate"]').first();
      if (await candidate.count()) await candidate.tap();
      return;
    }
    await this.digits(digitsFor[field.kind].slice(0, field.maxLength ?? 18));
  }

  async digits(text: string): Promise<void> {
    await this.page.locator('.key').filter({ visible: true }).first().waitFor();
    for (const digit of text) await this.key(digit);
  }

  /** Puts one dot where a name is wanted. */
  async dot(): Promise<void> {
    await this.page.locator('.signature-pad').tap();
    await this.page.locator('.signature-keys button:enabled').first().waitFor();
  }

  /** Signs with one finger. */
  async sign(): Promise<void> {
    const pad = this.page.locator('.signature-pad');
    await pad.waitFor();
    const box = await pad.boundingBox();
    if (!box) throw new Error('no box to sign in');
    const at = (n: number) => ({
      x: box.x + box.width * (0.2 + n * 0.03),
      y: box.y + box.height * (0.5 + 0.2 * Math.sin(n)),
    });
    await this.#cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(0)] });
    for (let n = 1; n < 20; n += 1) {
      await this.#cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at(n)] });
      // A name takes a while to write; one that takes none is a slip of the finger.
      await this.page.waitForTimeout(15);
    }
    await this.#cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await this.page.locator('.signature-keys button:enabled').first().waitFor();
  }
}
