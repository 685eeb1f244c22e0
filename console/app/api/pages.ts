// SPDX-License-Identifier: Apache-2.0

const PAGE_SIZE = 1000;

// The items of all pages of a list.
export async function allPages<Page extends { nextPageToken: string }, Item>(
  ask: (place: { pageSize: number; pageToken: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const all: Item[] = [];
  let pageToken = '';
  do {
    const page = await ask({ pageSize: PAGE_SIZE, pageToken });
    all.push(...itemsOf(page));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return all;
}
