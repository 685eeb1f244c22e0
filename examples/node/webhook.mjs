// SPDX-License-Identifier: Apache-2.0
//
// Receives the webhooks of a hub, checks who sent them, and takes each event once and in order.
//
//   node webhook.mjs PORT KEY_FILE PLACE_FILE
//
// It needs no packages. The library "standardwebhooks" checks signatures as well as the function
// below, and a framework brings the body as long as it keeps the bytes as they came.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, keyFile, placeFile] = process.argv.slice(2);
const keys = readFileSync(keyFile, 'utf8')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => Buffer.from(line.replace(/^whsec_/, ''), 'base64'));

const TOLERANCE_S = 5 * 60; // an older message may be one that somebody recorded and plays again
const MOST_BYTES = 1 << 20;

// Standard Webhooks (standardwebhooks.com), whose name for a signature of this kind is v1.
function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (!id || !signatures || !(Math.abs(Date.now() / 1000 - Number(time)) < TOLERANCE_S)) return false;
  const expected = keys.map((key) =>
    Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')}`),
  );
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return expected.some((each) => each.length === given.length && timingSafeEqual(each, given));
  });
}

// How far it has come. Your database would keep it, in the transaction that uses the event.
let place = existsSync(placeFile) ? JSON.parse(readFileSync(placeFile, 'utf8')) : { epoch: '', seq: 0 };
function keepPlace(epoch, seq) {
  place = { epoch, seq };
  writeFileSync(`${placeFile}.new`, JSON.stringify(place));
  renameSync(`${placeFile}.new`, placeFile);
}

function take({ type, timestamp, data }) {
  if (type === 'gap') {
    const { epoch, seq } = data.resume;
    if (epoch === place.epoch && Number(seq) <= place.seq + 1) return; // had it
    console.log(`gap, ${data.missing} missing before ${seq}`);
    return keepPlace(epoch, Number(seq) - 1);
  }
  // Each event comes at least once; a number of the same run that is not higher came before.
  if (data.epoch === place.epoch && Number(data.seq) <= place.seq) return;
  console.log(`${data.seq} ${type} ${timestamp}`);
  keepPlace(data.epoch, Number(data.seq));
}

const server = createServer(async (request, response) => {
  const answer = (status) => response.writeHead(status).end();
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > MOST_BYTES) return answer(413);
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  if (request.method !== 'POST' || !isGenuine(request.headers, body)) return answer(401);
  take(JSON.parse(body)); // answered once it is done: what is not answered comes again
  answer(204);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
