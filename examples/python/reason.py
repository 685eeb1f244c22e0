# SPDX-License-Identifier: Apache-2.0
"""Asks for a peer, and reads why there is no answer: reason.py ADDRESS PEER_ID."""

import sys

import grpc
from google.rpc import error_details_pb2, status_pb2

from pigeonhub.v1 import peer_service_pb2 as peers
from pigeonhub.v1 import peer_service_pb2_grpc as peers_grpc


def reason_of(error):
    metadata = dict(error.trailing_metadata() or ())
    info = error_details_pb2.ErrorInfo()
    for detail in status_pb2.Status.FromString(metadata.get("grpc-status-details-bin", b"")).details:
        detail.Unpack(info)  # False, and nothing else, for a detail of another type
    return info.reason


address, peer_id = sys.argv[1:]
with grpc.insecure_channel(address) as channel:
    try:
        answer = peers_grpc.PeerServiceStub(channel).GetPeer(peers.GetPeerRequest(peer_id=peer_id))
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name} {reason_of(error)}")
    print(f"{answer.peer.peer_id} is in {answer.peer.namespace}")
