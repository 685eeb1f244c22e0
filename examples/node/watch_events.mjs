// SPDX-License-Identifier: Apache-2.0
//
// Prints every event of a hub once: watch_events.mjs ADDRESS PLACE_FILE. The file says where to go
// on, through lost connections and restarts of this script. What the hub no longer keeps by then is
// told as a gap, never left out in silence.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

import grpc from '@grpc/grpc-js';

import { connect } from './control.mjs';

const [address, file] = process.argv.slice(2);
const client = connect('EventService', address);
let place = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;

for (;;) {
  try {
    await watch();
  } catch (error) {
    if (error.code === grpc.status.UNAVAILABLE) continue;
    console.error(`${grpc.status[error.code]}: ${error.details}`);
    process.exit(1);
  }
}

async function watch() {
  // Without a place: everything that is still kept.
  const start = place ? { from: place } : { earliest: true };
  // waitForReady: a hub that is away just now is waited for.
  const items = client.WatchEvents(start, new grpc.Metadata({ waitForReady: true }));
  for await (const { item, event, gap, bookmark } of items) {
    if (item === 'event') {
      console.log(event.seq, event.kind.replace('EVENT_KIND_', ''));
      place = { epoch: event.epoch, seq: String(BigInt(event.seq) + 1n) };
    } else if (item === 'gap') {
      console.log('gap, missing:', gap.epoch_changed ? 'unknown' : gap.missing);
      place = gap.resume;
    } else {
      place = bookmark.cursor; // The place moves on while nothing happens.
    }
    // Whoever is killed in the middle of a write still has the place before.
    writeFileSync(`${file}.new`, JSON.stringify(place));
    renameSync(`${file}.new`, file);
  }
}
