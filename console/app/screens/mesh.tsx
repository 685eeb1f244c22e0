// SPDX-License-Identifier: Apache-2.0
//
// The hubs and their links, as a picture and as tables; a hub that is chosen, with what can be done to it.

import { Command } from '../parts/command';
import { Problem } from '../parts/problem';
import { counted } from '../parts/units';
import type { ScreenProps } from '../screens';
import { HubPanel } from './mesh/hub_panel';
import { MeshPicture } from './mesh/map';
import { HubTable, LinkTable } from './mesh/tables';
import { useMesh } from './mesh/use_mesh';

export function MeshMap({ session, params }: ScreenProps) {
  const chosen = params.get('hub') ?? '';
  const mesh = useMesh();
  const { graph, look, problem } = mesh;
  const hubs = graph?.nodes.filter((node) => !node.isBus) ?? [];
  const silent = look?.links.unreachable ?? [];
  return (
    <>
      <Problem text={problem} />
      {graph && (
        <>
          <p class="row" role="status">
            <span>{counted(hubs.length, 'hub')}, {counted(graph.edges.filter(({ kind }) => kind === 'up').length, 'link')}</span>
            {graph.islands > 0 && (
              <span class="badge warn"><i class="mark" aria-hidden="true">▲</i> {counted(graph.islands, 'island')}</span>
            )}
            {silent.length > 0 && (
              <span class="quiet">no figures from {silent.map((hub) => hub.hubId.slice(0, 8)).join(', ')}</span>
            )}
          </p>
          <div class={chosen === '' ? 'mesh' : 'mesh with-panel'}>
            <MeshPicture graph={graph} chosen={chosen} />
            {chosen !== '' && <HubPanel session={session} mesh={mesh} id={chosen} />}
          </div>
          <div class="tables">
            <HubTable graph={graph} chosen={chosen} />
            <LinkTable caption="Links" edges={graph.edges} />
          </div>
        </>
      )}
      {!graph && problem === undefined && <p class="wait" role="status">asking the hub …</p>}
      <Command words={chosen === '' ? ['topology', '--draw'] : ['hubs', 'get', chosen]} />
    </>
  );
}
