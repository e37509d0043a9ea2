import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

import type { CodeServer } from './code-server.js';
import { findCommand, isRoot } from './machine.js';
import { until } from './wait.js';

const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url));
const WINDOW = { width: 1280, height: 800 };
const LIMIT_MS = 60_000;
const MENU_LIMIT_MS = 5_000;
const LIST_LIMIT_MS = 15_000;

/** One underline in the open text. */
export interface Squiggle {
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  /** Counted from 1, as the margin shows it. */
  readonly line: number;
  readonly text: string;
}

/** One row of the Problems panel, in the parts that the panel shows. */
export interface Problem {
  readonly file: string;
  readonly message: string;
  readonly source: string;
  readonly code: string;
  /** Such as `[Ln 2, Col 1]`. */
  readonly position: string;
}

/** What a hover shows. */
export interface Hover {
  readonly text: string;
  readonly codeBlocks: readonly string[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A hand and an eye on one VS Code window: it does what a user does, and sees only what the page shows. */
export class Editor {
  readonly #server: CodeServer;
  readonly #browser: Browser;
  readonly #page: Page;

  private constructor(server: CodeServer, browser: Browser, page: Page) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
  }

  /** Starts Debian's Chromium on this server; nothing it shows can reach the network. */
  static async launch(server: CodeServer): Promise<Editor> {
    const executablePath = findCommand('chromium');
    if (executablePath === undefined) throw new Error('Chromium is missing; prepareMachine says more.');
    const browser = await chromium.launch({
      executablePath,
      args: [
        ...(isRoot() ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-default-apps',
        '--no-first-run',
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    });
    const context = await browser.newContext({ viewport: WINDOW });
    context.setDefaultTimeout(LIMIT_MS);
    await context.route(isElsewhere, (route) => route.abort());
    // Functions handed to the page were compiled by tsx, which calls this helper to keep their names.
    await context.addInitScript('globalThis.__name = (named) => named');
    return new Editor(server, browser, await context.newPage());
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  /**
   * Opens a file of the workspace: the first with the window, others from the explorer.
   * Where VS Code asks for trust, {@link answerTrust} comes next.
   */
  async open(file: string): Promise<void> {
    if (this.#page.url() === 'about:blank') {
      await this.#page.goto(this.#server.addressOf(file), { waitUntil: 'domcontentloaded' });
      await this.#page.locator('.monaco-workbench').waitFor();
    } else {
      const rows = this.#page.locator('.explorer-folders-view .monaco-list-row');
      const row = (name: string): Locator => rows.filter({ has: this.#page.getByText(name, { exact: true }) });
      for (const folder of path.dirname(file).split('/')) {
        if (folder !== '.' && (await row(folder).getAttribute('aria-expanded')) !== 'true') await row(folder).click();
      }
      await row(path.basename(file)).dblclick();
    }
    await this.#page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`).waitFor();
    await this.#lines().first().waitFor();
  }

  /** Answers the question whether the authors of the workspace are trusted. */
  async answerTrust(answer: 'yes' | 'no'): Promise<void> {
    const label = answer === 'yes' ? 'Yes, I trust the authors' : "No, I don't trust the authors";
    const dialog = this.#page.locator('.monaco-dialog-box');
    await dialog.locator('.monaco-button', { hasText: label }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** The texts in the status bar. */
  async statusBar(): Promise<readonly string[]> {
    const texts = await this.#page.locator('.statusbar-item').allInnerTexts();
    return texts.map(plain).filter((text) => text !== '');
  }

  /** The messages that lie over the window. */
  async notifications(): Promise<readonly string[]> {
    const texts = await this.#page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
    return texts.map(plain);
  }

  /** The lines that the window shows of the open text. */
  async text(): Promise<string> {
    const lines = await this.#lines().evaluateAll((elements) =>
      elements
        .map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent }))
        .sort((one, other) => one.top - other.top)
        .map(({ text }) => text),
    );
    return lines.map(spaced).join('\n');
  }

  /** The underlines that the window shows now, from top to bottom. */
  async squiggles(): Promise<readonly Squiggle[]> {
    const found = await this.#editor().evaluate((editor) => {
      const lines = [...editor.querySelectorAll('.view-lines .view-line')].map((element) => ({
        element,
        top: element.getBoundingClientRect().top,
      }));
      const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')].map((element) => ({
        number: Number(element.textContent),
        top: element.getBoundingClientRect().top,
      }));
      const textWithin = (line: Element, left: number, right: number): string => {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        let text = '';
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const characters = node.textContent ?? '';
          for (let at = 0; at < characters.length; at++) {
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            const box = range.getBoundingClientRect();
            const middle = (box.left + box.right) / 2;
            if (middle > left && middle < right) text += characters.charAt(at);
          }
        }
        return text;
      };
      return [...editor.querySelectorAll('.view-overlays [class*="squiggly-"]')].flatMap((element) => {
        const severity = /squiggly-(error|warning|info|hint)/.exec(element.className)?.[1];
        const { top, left, right } = element.getBoundingClientRect();
        const line = lines.find((candidate) => Math.abs(candidate.top - top) < 5)?.element;
        const number = numbers.find((candidate) => Math.abs(candidate.top - top) < 5)?.number;
        if (severity === undefined || line === undefined || number === undefined) return [];
        return [{ severity, line: number, left, text: textWithin(line, left, right) }];
      });
    });
    return found
      .sort((one, other) => one.line - other.line || one.left - other.left)
      .map(({ severity, line, text }) => ({ severity: severity as Squiggle['severity'], line, text: spaced(text) }));
  }

  /** Waits until the underlines are as wanted, and returns them. */
  squigglesWhere(what: string, areWanted: (squiggles: readonly Squiggle[]) => boolean): Promise<readonly Squiggle[]> {
    return until(
      what,
      async () => {
        const squiggles = await this.squiggles();
        return areWanted(squiggles) && squiggles;
      },
      LIMIT_MS,
    );
  }

  /** Shows the Problems panel and reads all its rows, also those that have to be scrolled to. */
  async problems(): Promise<readonly Problem[]> {
    return this.problemsWhere('the Problems panel can be read', () => true);
  }

  /** Shows the Problems panel and waits until it lists what is wanted. */
  async problemsWhere(what: string, areWanted: (problems: readonly Problem[]) => boolean): Promise<readonly Problem[]> {
    await this.command('Problems: Focus on Problems View');
    let problems: readonly Problem[] | undefined;
    try {
      return await until(
        what,
        async () => {
          problems = await this.#listedProblems();
          return problems !== undefined && areWanted(problems) && problems;
        },
        LIMIT_MS,
      );
    } catch (error) {
      throw new Error(`The Problems panel lists ${JSON.stringify(problems, undefined, 1)}`, { cause: error });
    }
  }

  /** Rests the mouse on a text and waits for a hover that is as wanted. */
  async hoverOn(text: string, isWanted: (hover: Hover) => boolean): Promise<Hover> {
    await this.#park();
    const { x, y } = await this.#placeOf(text);
    await this.#page.mouse.move(x, y, { steps: 4 });
    let hover: Hover | undefined;
    try {
      return await until(
        `a hover on '${text}'`,
        async () => {
          hover = (await this.#hovers().evaluateAll(readHovers))[0];
          return hover !== undefined && isWanted(hover) && hover;
        },
        LIMIT_MS,
      );
    } catch (error) {
      throw new Error(`The hover says:\n${hover?.text ?? 'nothing'}`, { cause: error });
    }
  }

  /** Opens the quick-fix menu at a text, waits until it offers this title, and returns all titles. */
  async openQuickFixes(text: string, title: string): Promise<readonly string[]> {
    await this.placeCursor(text);
    // Right after an edit the editor may take back its own question and show an empty menu, so it is asked again.
    await until(
      `the menu offers '${title}'`,
      async () => {
        await this.#page.keyboard.press('Control+.');
        try {
          await this.#quickFix(title).waitFor({ timeout: MENU_LIMIT_MS });
          return true;
        } catch {
          await this.#page.keyboard.press('Escape');
          return false;
        }
      },
      LIMIT_MS,
    );
    const titles = await this.#page.locator('.action-widget .monaco-list-row.action').allInnerTexts();
    return titles.map(plain);
  }

  /** Chooses from the open quick-fix menu. */
  async chooseQuickFix(title: string): Promise<void> {
    // By keyboard, because the menu lies under a veil until the mouse has moved.
    await until(
      `'${title}' has the focus in the menu`,
      async () => {
        if (await this.#quickFix(title).evaluate((row) => row.classList.contains('focused'))) return true;
        await this.press('ArrowDown');
        return false;
      },
      LIMIT_MS,
    );
    await this.press('Enter');
    await this.#page.locator('.action-widget').waitFor({ state: 'hidden' });
  }

  /** Opens the quick-fix menu at a text and chooses this title. */
  async quickFix(text: string, title: string): Promise<void> {
    await this.openQuickFixes(text, title);
    await this.chooseQuickFix(title);
  }

  /** Clicks into a text, so that commands act there. */
  async placeCursor(text: string): Promise<void> {
    await this.#park();
    const { x, y } = await this.#placeOf(text);
    await this.#page.mouse.click(x, y);
  }

  /** Types at the cursor. */
  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
  }

  /** Presses a key or a combination, such as `Control+End`. */
  async press(keys: string): Promise<void> {
    await this.#page.keyboard.press(keys);
  }

  /** Runs a command through the palette; VS Code lists only those that can run now. */
  async command(title: string): Promise<void> {
    await this.#page.keyboard.press('F1');
    const palette = this.#page.locator('.quick-input-widget');
    await palette.locator('input').first().fill(`>${title}`);
    await palette
      .locator('.monaco-list-row')
      .filter({ has: this.#page.getByText(title, { exact: true }) })
      .first()
      .click();
    await palette.waitFor({ state: 'hidden' });
  }

  /**
   * Runs a command of the palette until it has worked. Right after an edit the editor may take back its own question
   * for code actions, and such a command then does nothing.
   */
  async commandUntil(title: string, hasWorked: () => Promise<boolean>): Promise<void> {
    await until(
      `'${title}' has worked`,
      async () => {
        await this.command(title);
        return until(`'${title}' shows`, hasWorked, MENU_LIMIT_MS).catch(() => false);
      },
      LIMIT_MS,
    );
  }

  /** Puts the cursor on a line and shows it. */
  async goTo(line: number): Promise<void> {
    await this.press('Control+G');
    await this.#page.locator('.quick-input-widget input').first().fill(`:${line}`);
    await this.press('Enter');
  }

  /** Saves the open text and waits until nothing is left to save. */
  async save(): Promise<void> {
    await this.#page.keyboard.press('Control+S');
    await this.#page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** Writes what the window shows to a PNG file beside the tests. */
  async screenshot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.#page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  #editor(): Locator {
    return this.#page.locator('.editor-instance .monaco-editor').first();
  }

  #lines(): Locator {
    return this.#editor().locator('.view-lines .view-line');
  }

  #hovers(): Locator {
    return this.#page.locator('.monaco-editor .monaco-hover:visible');
  }

  #quickFix(title: string): Locator {
    return this.#page
      .locator('.action-widget .monaco-list-row.action')
      .filter({ has: this.#page.getByText(title, { exact: true }) })
      .first();
  }

  /** Reads the Problems panel from top to bottom; undefined if it changed meanwhile. */
  async #listedProblems(): Promise<readonly Problem[] | undefined> {
    const panel = this.#page.locator('.markers-panel');
    if (await panel.locator('.message-box-container').isVisible()) return [];
    const list = panel.locator('.monaco-list');
    const rows = new Map<number, ListRow>();
    try {
      await list.hover({ timeout: LIST_LIMIT_MS });
      let isGoingUp = true;
      await until(
        'every row of the list',
        async () => {
          const seen = await list.evaluate(readList, null, { timeout: LIST_LIMIT_MS });
          if (isGoingUp && seen.rows.some(({ top }) => top === 0)) {
            isGoingUp = false;
            rows.clear();
          }
          for (const row of seen.rows) rows.set(row.top, row);
          if (!isGoingUp && seen.rows.some(({ bottom }) => bottom >= seen.height)) {
            const hasNoGap = [...rows.values()].every(({ bottom }) => bottom >= seen.height || rows.has(bottom));
            if (hasNoGap) return true;
            isGoingUp = true;
          }
          await this.#turnWheel(isGoingUp ? 'up' : 'down');
          return false;
        },
        LIST_LIMIT_MS,
      );
      await until(
        'the top of the list',
        async () => {
          if ((await list.evaluate(readList, null)).rows.some(({ top }) => top === 0)) return true;
          await this.#turnWheel('up');
          return false;
        },
        LIST_LIMIT_MS,
      );
    } catch {
      return undefined;
    }
    let file = '';
    return [...rows.values()]
      .sort((one, other) => one.top - other.top)
      .flatMap((row) => {
        file = row.file ?? file;
        return row.problem === undefined ? [] : [{ file, ...row.problem }];
      });
  }

  /** Scrolls by less than the Problems panel is high; VS Code takes no more than some 50 pixels from one event. */
  async #turnWheel(direction: 'up' | 'down'): Promise<void> {
    for (let event = 0; event < 3; event++) await this.#page.mouse.wheel(0, direction === 'up' ? -50 : 50);
  }

  /** Moves the mouse to where it touches no text, so that no old hover lies over what comes next. */
  async #park(): Promise<void> {
    await this.#page.mouse.move(WINDOW.width / 2, 5);
    await this.#hovers().first().waitFor({ state: 'hidden' });
  }

  /** The middle of the first place where the window shows this text within one line. */
  #placeOf(text: string): Promise<Point> {
    return until(
      `the text shows '${text}'`,
      () =>
        this.#editor().evaluate((editor, wanted) => {
          const lines = [...editor.querySelectorAll('.view-lines .view-line')].sort(
            (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
          );
          for (const line of lines) {
            const start = line.textContent.replaceAll('\u00a0', ' ').indexOf(wanted);
            if (start < 0) continue;
            const middle = start + Math.floor(wanted.length / 2);
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            let before = 0;
            for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
              const { length } = node.textContent ?? '';
              if (middle < before + length) {
                const range = document.createRange();
                range.setStart(node, middle - before);
                range.setEnd(node, middle - before + 1);
                const box = range.getBoundingClientRect();
                return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
              }
              before += length;
            }
          }
          return undefined;
        }, text),
      LIMIT_MS,
    );
  }
}

/** A row names a file, or tells a problem in the file named last; its place is in pixels from the top of the list. */
interface ListRow {
  readonly top: number;
  readonly bottom: number;
  readonly file: string | undefined;
  readonly problem: Omit<Problem, 'file'> | undefined;
}

interface List {
  readonly height: number;
  /** Those in sight. */
  readonly rows: readonly ListRow[];
}

// Runs inside the page, as does `readHovers`: neither may use anything of this module.
// The rows' own numbers are no help: they go stale when a file is listed above others.
function readList(list: Element): List {
  const content = list.querySelector<HTMLElement>('.monaco-list-rows');
  const rows = [...list.querySelectorAll<HTMLElement>('.monaco-list-rows > .monaco-list-row')];
  return {
    height: Number.parseFloat(content?.style.height ?? ''),
    rows: rows.map((row) => {
      const textOf = (selector: string): string =>
        (row.querySelector(selector)?.textContent ?? '').replaceAll('\u00a0', ' ').trim();
      const top = Number.parseFloat(row.style.top);
      const problem = {
        message: textOf('.marker-message'),
        source: textOf('.marker-source'),
        code: textOf('.marker-code'),
        position: textOf('.marker-line'),
      };
      return {
        top,
        bottom: top + Number.parseFloat(row.style.height),
        file: row.querySelector('.label-name')?.textContent,
        problem: row.querySelector('.marker-icon') === null ? undefined : problem,
      };
    }),
  };
}

function readHovers(hovers: readonly Element[]): Hover[] {
  const textOf = (element: Element): string =>
    element instanceof HTMLElement ? element.innerText.replaceAll('\u00a0', ' ') : '';
  return hovers.map((hover) => ({
    text: textOf(hover),
    codeBlocks: [...hover.querySelectorAll('.monaco-tokenized-source')].map(textOf),
  }));
}

const isElsewhere = ({ protocol, hostname }: URL): boolean =>
  /^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1';

/** Monaco writes blanks as no-break spaces. */
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

const plain = (text: string): string => spaced(text).replaceAll(/\s+/g, ' ').trim();
