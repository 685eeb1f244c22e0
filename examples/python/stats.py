# SPDX-License-Identifier: Apache-2.0
"""Prints how busy a hub is: stats.py ADDRESS, e.g. 127.0.0.1:50051 or unix:/run/pigeonhub/control.sock."""

import sys

import grpc

from pigeonhub.v1 import server_service_pb2 as server
from pigeonhub.v1 import server_service_pb2_grpc as server_grpc

with grpc.insecure_channel(sys.argv[1]) as channel:
    stats = server_grpc.ServerServiceStub(channel).GetStats(server.GetStatsRequest())
    print(f"{stats.connections} connections, {stats.peers} peers, {stats.hubs} hubs")
