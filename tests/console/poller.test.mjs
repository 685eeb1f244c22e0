// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { Poller } = await bundle('app/api/poller.ts');
const { Waker } = await bundle('app/api/waker.ts');
const { EventKind } = await bundle('proto/pigeonhub/v1/event_service_pb.ts');

// A poller on a clock of its own, whose questions are answered when the test says so.
async function polling(every, look) {
  let now = 0;
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  const place = { asked: 0, answers: [], problems: 0, isSeen: true };
  const poller = new Poller({
    ask: () => {
      place.asked += 1;
      return new Promise((resolve, reject) => Object.assign(place, { resolve, reject }));
    },
    onAnswer: (answer) => place.answers.push(answer),
    onProblem: () => (place.problems += 1),
    isSeen: () => place.isSeen,
  }, every);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  place.answer = async (text, after = 0) => {
    now += after;
    place.resolve(text);
    await settle();
  };
  place.refuse = async (after = 0) => {
    now += after;
    place.reject(new Error('no'));
    await settle();
  };
  place.pass = async (millis) => {
    now += millis;
    mock.timers.tick(millis);
    await settle();
  };
  try {
    poller.start();
    await look(poller, place);
  } finally {
    poller.stop();
    mock.timers.reset();
    mock.restoreAll();
  }
}

test('what fails late is asked again as soon as what fails at once', () => polling(30_000, async (poller, place) => {
  poller.wake();
  await place.refuse(15_000);
  await place.pass(1999);
  assert.equal(place.asked, 1);
  await place.pass(1);
  assert.equal(place.asked, 2);
}));

test('it asks at its pace while nothing happens', () => polling(2000, async (_, place) => {
  await place.answer('one');
  await place.pass(1999);
  assert.equal(place.asked, 1);
  await place.pass(1);
  assert.equal(place.asked, 2);
  assert.deepEqual(place.answers, ['one']);
}));

test('what happens makes it ask at once, and of many at most one in 250 ms', () => polling(2000, async (poller, place) => {
  await place.answer('one');
  await place.pass(1000);
  poller.wake();
  await place.pass(0);
  assert.equal(place.asked, 2);
  await place.answer('two');
  for (let i = 0; i < 5; ++i) poller.wake();
  await place.pass(249);
  assert.equal(place.asked, 2);
  await place.pass(1);
  assert.equal(place.asked, 3);
}));

test('what happens while it asks makes it ask once more, and ends no question', () => polling(2000, async (poller, place) => {
  poller.wake();
  poller.wake();
  assert.equal(place.asked, 1);
  await place.answer('one');
  assert.deepEqual(place.answers, ['one']);
  await place.pass(250);
  assert.equal(place.asked, 2);
  await place.answer('two');
  await place.pass(1000);
  assert.equal(place.asked, 2, 'it was one thing');
}));

test('what takes long to answer is asked for less often, and not less than at its pace', () => polling(2000, async (poller, place) => {
  await place.answer('one', 100);
  poller.wake();
  await place.pass(399);
  assert.equal(place.asked, 1);
  await place.pass(1);
  assert.equal(place.asked, 2);
  await place.answer('two', 3000);
  poller.wake();
  await place.pass(2000);
  assert.equal(place.asked, 3);
}));

test('where no answer comes it asks sooner than at a slow pace', () => polling(30_000, async (_, place) => {
  await place.refuse();
  assert.equal(place.problems, 1);
  await place.pass(2000);
  assert.equal(place.asked, 2);
}));

test('a page that nobody sees does not ask, whatever happens', () => polling(2000, async (poller, place) => {
  await place.answer('one');
  place.isSeen = false;
  poller.wake();
  await place.pass(2000);
  assert.equal(place.asked, 1);
  place.isSeen = true;
  poller.wake();
  await place.pass(0);
  assert.equal(place.asked, 2);
}));

// A waker, and the streams that it opened.
function waking() {
  const streams = [];
  const waker = new Waker((request, follower) => {
    const stream = { kinds: request.filter.kinds, hubId: request.hubId, follower, isOpen: true };
    streams.push(stream);
    return () => (stream.isOpen = false);
  });
  const sleeper = (...kinds) => ({ hubId: '*', kinds, woken: 0, onWake() { this.woken += 1; } });
  return { waker, streams, sleeper, open: () => streams.filter(({ isOpen }) => isOpen) };
}

test('one stream serves all, and each is woken by its own kinds', () => {
  const { waker, sleeper, open } = waking();
  const links = sleeper(EventKind.LINK_UP, EventKind.LINK_DOWN);
  const changes = sleeper(EventKind.AUDIT);
  waker.add(links);
  const remove = waker.add(changes);
  assert.equal(open().length, 1);
  const [{ follower, kinds, hubId }] = open();
  assert.equal(hubId, '*');
  assert.deepEqual([...kinds].sort(), [EventKind.LINK_UP, EventKind.LINK_DOWN, EventKind.AUDIT].sort());
  follower.onEvent({ kind: EventKind.LINK_DOWN });
  assert.deepEqual([links.woken, changes.woken], [1, 0]);
  remove();
  assert.equal(open()[0].follower, follower, 'the stream goes on');
  follower.onEvent({ kind: EventKind.AUDIT });
  assert.deepEqual([links.woken, changes.woken], [1, 0]);
});

test('all are woken where events may be missing: after a gap, and when the stream is up or up again', () => {
  const { waker, sleeper, open } = waking();
  const one = sleeper(EventKind.LINK_UP);
  waker.add(one);
  const [{ follower }] = open();
  follower.onState(undefined);
  follower.onState(undefined);
  assert.equal(one.woken, 1);
  follower.onState('the stream ended; resuming');
  assert.equal(one.woken, 1);
  follower.onState(undefined);
  assert.equal(one.woken, 2);
  follower.onGap({ missing: 3n });
  assert.equal(one.woken, 3);
});

test('there is no stream that nobody waits for', () => {
  const { waker, sleeper, open } = waking();
  const remove = waker.add(sleeper(EventKind.LINK_UP));
  assert.equal(open().length, 1);
  remove();
  assert.equal(open().length, 0);
});

test('a page that shows one hub follows that one, and a page that shows several follows all by one stream', () => {
  const { waker, sleeper, open } = waking();
  const of = (hubId) => ({ ...sleeper(EventKind.LINK_UP), hubId });
  waker.add(of('h1'));
  assert.deepEqual(open().map(({ hubId }) => hubId), ['h1']);
  const remove = waker.add(of(''));
  assert.deepEqual(open().map(({ hubId }) => hubId), ['*']);
  remove();
  assert.deepEqual(open().map(({ hubId }) => hubId), ['*'], 'the stream goes on');
});
