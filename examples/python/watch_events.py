# SPDX-License-Identifier: Apache-2.0
"""Prints every event of a hub once: watch_events.py ADDRESS PLACE_FILE.

The file says where to go on, through lost connections and restarts of this script. What the hub no longer keeps by then is
told as a gap, never left out in silence.
"""

import pathlib
import sys

import grpc

from pigeonhub.v1 import common_pb2 as common
from pigeonhub.v1 import event_service_pb2 as events
from pigeonhub.v1 import event_service_pb2_grpc as events_grpc

address, path = sys.argv[1:]
file = pathlib.Path(path)
place = common.EventCursor()
if file.exists():
    place.epoch, seq = file.read_text().split()
    place.seq = int(seq)

# The ping notices a hub that vanished without a word.
channel = grpc.insecure_channel(address, options=[("grpc.keepalive_time_ms", 20_000)])
stub = events_grpc.EventServiceStub(channel)
while True:
    # `from` is a word of Python's own. Without a place: everything that is still kept.
    start = {"from": place} if place.epoch else {"earliest": True}
    try:
        # wait_for_ready: a hub that is away just now is waited for.
        for item in stub.WatchEvents(events.WatchEventsRequest(**start), wait_for_ready=True):
            if item.HasField("event"):
                event = item.event
                kind = events.EventKind.Name(event.kind).removeprefix("EVENT_KIND_")
                print(event.seq, kind, flush=True)
                place.epoch, place.seq = event.epoch, event.seq + 1
            elif item.HasField("gap"):
                missing = "unknown" if item.gap.epoch_changed else item.gap.missing
                print("gap, missing:", missing, flush=True)
                place.CopyFrom(item.gap.resume)
            else:  # A bookmark: the place moves on while nothing happens.
                place.CopyFrom(item.bookmark.cursor)
            # Whoever is killed in the middle of a write still has the place before.
            new = file.with_name(file.name + ".new")
            new.write_text(f"{place.epoch} {place.seq}")
            new.replace(file)
    except grpc.RpcError as error:
        if error.code() != grpc.StatusCode.UNAVAILABLE:
            sys.exit(f"{error.code().name}: {error.details()}")
