# SPDX-License-Identifier: Apache-2.0
"""Makes a peer a hub, now or whenever it connects: register_hub.py ADDRESS PEER_ID REGION."""

import sys
import uuid

import grpc

from pigeonhub.v1 import hub_service_pb2 as hubs
from pigeonhub.v1 import hub_service_pb2_grpc as hubs_grpc

address, peer_id, region = sys.argv[1:]
with grpc.insecure_channel(address) as channel:
    try:
        answer = hubs_grpc.HubServiceStub(channel).RegisterHub(
            hubs.RegisterHubRequest(
                peer_id=peer_id,
                region=region,
                capabilities=["signaling", "relay"],
                # Sent twice, by a retry say, it happens once.
                request_id=str(uuid.uuid4()),
            )
        )
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
    print(f"{peer_id} is a hub, {'connected' if answer.connected else 'not connected yet'}")
