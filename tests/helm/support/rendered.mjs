// SPDX-License-Identifier: Apache-2.0
//
// What the chart renders for the release `hub`, and the parts of it that tests look at.

import { fileURLToPath } from 'node:url';

import { render } from './helm.mjs';
import { find, parse } from './manifests.mjs';

export const valuesOf = (name) => fileURLToPath(new URL(`../values/${name}.yaml`, import.meta.url));

export const rendered = (options) => parse(render(options));
export const pod = (manifests, name = 'hub-pigeonhub') => find(manifests, `StatefulSet/${name}`).spec.template.spec;
export const container = (manifests) => pod(manifests).containers[0];
export const configs = (manifests) => find(manifests, 'ConfigMap/hub-pigeonhub').data;
