// SPDX-License-Identifier: Apache-2.0

import type { ComponentType } from 'preact';

import type { Session } from './api/session';
import { Access } from './screens/access';
import { Configuration } from './screens/configuration';
import { Events } from './screens/events';
import { MeshMap } from './screens/mesh';
import { Namespaces } from './screens/namespaces';
import { Overview } from './screens/overview';
import { Pair } from './screens/pair';
import { Peers } from './screens/peers';

export interface ScreenProps {
  session: Session;
  params: URLSearchParams; // the filter, from the address
}

export interface Screen {
  name: string; // in the address
  title: string;
  View: ComponentType<ScreenProps>;
}

// In the order of the menu.
export const screens: Screen[] = [
  { name: 'overview', title: 'Overview', View: Overview },
  { name: 'mesh', title: 'Mesh', View: MeshMap },
  { name: 'pair', title: 'Pair', View: Pair },
  { name: 'peers', title: 'Peers', View: Peers },
  { name: 'namespaces', title: 'Namespaces', View: Namespaces },
  { name: 'events', title: 'Events', View: Events },
  { name: 'access', title: 'Access', View: Access },
  { name: 'configuration', title: 'Configuration', View: Configuration },
];
