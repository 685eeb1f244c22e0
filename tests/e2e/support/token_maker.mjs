// SPDX-License-Identifier: Apache-2.0
//
// Makes tokens of peers with a secret of its own, good ones and wrong ones.

import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

export class TokenMaker {
  #folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-tokens-'));
  #secret = randomBytes(32).toString('hex');

  constructor() {
    writeFileSync(this.keyFile, this.keyText, { mode: 0o600 });
  }

  get keyText() {
    return `${this.#secret}\n`;
  }

  // Puts something else into the file, in one step, as programs do that rotate keys.
  replaceKey(text) {
    writeFileSync(this.path('new'), text, { mode: 0o600 });
    renameSync(this.path('new'), this.keyFile);
  }

  // For --token-key.
  get keyFile() {
    return join(this.#folder, 'main.keys');
  }

  // A file of the same life.
  path(name) {
    return join(this.#folder, name);
  }

  // Good for all namespaces and an hour, unless the claims say otherwise.
  make(claims = {}, secret = this.#secret) {
    const whole = { sub: 'user42', exp: inAnHour(), jti: randomUUID(), peerpigeon: { ns: ['*'] }, ...claims };
    const text = `${encode({ alg: 'HS256', typ: 'JWT', kid: 'main' })}.${encode(whole)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  // Well made, with a key that nobody has.
  foreign(claims) {
    return this.make(claims, randomBytes(32).toString('hex'));
  }

  // For whom tokens are that a hub with ruleFlags takes.
  static ours = { iss: 'https://app.example', aud: 'hub.example.org' };

  // Have a hub ask for such tokens.
  get ruleFlags() {
    const { iss, aud } = TokenMaker.ours;
    return ['--token-key', this.keyFile, '--token-issuer', iss, '--token-audience', aud];
  }

  // What makes a token that such a hub refuses, by the reason; one of them asks for a ban on the
  // token id `revoked`.
  get wrong() {
    const { iss, aud } = TokenMaker.ours;
    const peer = randomBytes(20).toString('hex');
    return {
      token_invalid: () => this.foreign(),
      token_malformed: () => this.make({ peerpigeon: { ns: ['a*b'] } }),
      token_expired: () => this.make({ exp: inAnHour() - 7200 }),
      token_not_yet_valid: () => this.make({ nbf: inAnHour() }),
      token_wrong_issuer: () => this.make({ iss: 'https://other.example' }),
      token_wrong_audience: () => this.make({ iss, aud: 'other.example' }),
      token_wrong_peer: () => this.make({ iss, aud, peerpigeon: { ns: ['*'], peer } }),
      token_revoked: () => this.make({ iss, aud, jti: 'revoked' }),
    };
  }

  remove() {
    rmSync(this.#folder, { recursive: true });
  }
}
