// SPDX-License-Identifier: Apache-2.0
//
// What Kubernetes would find wrong with a manifest, without a Kubernetes: the types of its fields, and fields it does not know.

import { createRequire } from 'node:module';
import { loadAll } from 'js-yaml';

const require = createRequire(import.meta.url);

const OPERATOR = '@kubernetes-models/prometheus-operator/monitoring.coreos.com';

// No package checks the Gateway API on Node 18; its render is held by a golden only.
const UNCHECKED = new Set(['HTTPRoute']);

// The objects of a rendered chart.
export function parse(text) {
  return loadAll(text).filter((manifest) => manifest !== null && manifest !== undefined);
}

export const nameOf = ({ kind, metadata }) => `${kind}/${metadata?.name}`;

export function find(manifests, name) {
  const found = manifests.find((manifest) => nameOf(manifest) === name);
  if (!found) throw new Error(`no ${name} among ${manifests.map(nameOf).join(', ')}`);
  return found;
}

function modelOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const folder = group === 'monitoring.coreos.com' ? OPERATOR : ['kubernetes-models', group].filter(Boolean).join('/');
  return require(`${folder}/${version}/${kind}`)[kind];
}

// The same data, and a note of each field that somebody reads.
function watched(value, path, present, read) {
  if (value === null || typeof value !== 'object') return value;
  const children = {};
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) present.add(`${path}.${key}`);
    children[key] = watched(value[key], Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, present, read);
  }
  return new Proxy(Array.isArray(value) ? Object.values(children) : children, {
    get(target, key) {
      if (typeof key === 'string') read.add(`${path}.${key}`);
      return target[key];
    },
  });
}

// Complaints, each a line. The models check types but not whether a field exists; yet they read every field they know, so what
// is never read, inside something that is, is misspelled or misplaced.
export function problems(manifest) {
  if (UNCHECKED.has(manifest.kind)) return [];
  const present = new Set();
  const read = new Set();
  try {
    const { validate } = modelOf(manifest).prototype;
    validate.call(watched(manifest, nameOf(manifest), present, read));
  } catch (error) {
    return [`${nameOf(manifest)}: ${error.message}`];
  }
  const unknown = [...present].filter((path) => !read.has(path));
  const inside = (path, other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`);
  return unknown
    .filter((path) => !unknown.some((other) => inside(path, other)))
    .map((path) => `${path}: no such field`);
}
