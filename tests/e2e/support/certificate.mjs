// SPDX-License-Identifier: Apache-2.0
//
// Certificates of an authority of our own, made by the program openssl in a folder of a test's.

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...words) => execFileSync('openssl', words, { stdio: 'pipe' });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
  #folder;

  constructor(folder) {
    this.#folder = folder;
    const files = ['-keyout', this.#path('ca.key'), '-out', this.path];
    openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', '/CN=Test CA', ...files);
  }

  // The file for those who trust it.
  get path() {
    return this.#path('ca.pem');
  }

  // Puts a new key and a certificate for this machine into NAME.key and NAME.pem, and returns
  // {cert, key, spki}: the paths, and by what Chromium can be told to trust that key.
  make(name) {
    const paths = { cert: this.#path(`${name}.pem`), key: this.#path(`${name}.key`) };
    const request = this.#path('request.pem');
    const extensions = this.#path('extensions');
    const [key, cert] = [this.#path('new.key'), this.#path('new.pem')];
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    openssl('req', '-new', ...NEW_KEY, '-keyout', key, '-subj', '/CN=hub', '-out', request);
    openssl(
      ...['x509', '-req', '-in', request, '-days', '1', '-out', cert, '-extfile', extensions],
      ...['-CA', this.path, '-CAkey', this.#path('ca.key'), '-CAcreateserial'],
    );
    // Two steps, as programs do that renew certificates.
    renameSync(key, paths.key);
    renameSync(cert, paths.cert);
    const { publicKey } = new X509Certificate(readFileSync(paths.cert));
    const der = publicKey.export({ type: 'spki', format: 'der' });
    return { ...paths, spki: createHash('sha256').update(der).digest('base64') };
  }

  #path(name) {
    return join(this.#folder, name);
  }
}
