// SPDX-License-Identifier: Apache-2.0
//
// Whether a page is usable by everybody: in light and dark, and on a small screen.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const [WIDE, NARROW] = [1280, 400];

// axe-core finds nothing, and nothing sticks out. `state` says what the page shows.
export async function assertUsable(tab, state) {
  await tab.evaluate(axe);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [NARROW, WIDE]) {
      const where = `${state}, ${colorScheme}, ${width}`;
      await tab.emulateMedia({ colorScheme });
      await tab.setViewportSize({ width, height: 800 });
      const { violations } = await tab.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes[0].html}`), [], where);
      assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth)) <= width, `${where}: nothing sticks out`);
    }
  }
}
