// Debian's Chromium with a report in it. Every message of the console that is
// an error, and every request but that for the file itself, is kept.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The packages of package-lock.json, which are installed outside the sources. */
const require = createRequire(path.join(process.env.NODE_MODULES, 'here.js'));
const { chromium } = require('playwright-core');
export const axeSource = require('axe-core').source;

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export class Browser {
  static async start() {
    const browser = new Browser();
    browser.folder = mkdtempSync(path.join(tmpdir(), 'nostall-html-'));
    browser.chromium = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    return browser;
  }

  async stop() {
    await this.chromium.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The path of a file with this content. */
  file(name, content) {
    const full = path.join(this.folder, name);
    writeFileSync(full, content);
    return full;
  }

  async open(file, hash = '', options = {}) {
    const context = await this.chromium.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    const url = pathToFileURL(file).href;
    page.problems = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') page.problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) page.problems.push(`request: ${request.url()}`);
    });
    await page.goto(url + hash);
    await page.waitForFunction(() => document.documentElement.dataset.ready === 'true');
    return page;
  }

  /** Goes to a view as a link does. */
  static async go(page, hash) {
    await page.evaluate((value) => { location.hash = value; }, hash);
    // Charts are drawn in the frame after.
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
  }
}
