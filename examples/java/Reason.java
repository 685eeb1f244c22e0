// SPDX-License-Identifier: Apache-2.0

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.github.pigeonhub.v1.GetPeerRequest;
import io.github.pigeonhub.v1.Peer;
import io.github.pigeonhub.v1.PeerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Asks for a peer, and reads why there is no answer: Reason ADDRESS PEER_ID. */
public class Reason {
  static String reasonOf(StatusRuntimeException error) throws InvalidProtocolBufferException {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null) return "";
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) return detail.unpack(ErrorInfo.class).getReason();
    }
    return "";
  }

  public static void main(String[] args) throws InvalidProtocolBufferException {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(args[0]).usePlaintext().build();
    int code = 0;
    try {
      GetPeerRequest request = GetPeerRequest.newBuilder().setPeerId(args[1]).build();
      Peer peer = PeerServiceGrpc.newBlockingStub(channel).getPeer(request).getPeer();
      System.out.println(peer.getPeerId() + " is in " + peer.getNamespace());
    } catch (StatusRuntimeException error) {
      System.err.println(error.getStatus().getCode() + " " + reasonOf(error));
      code = 1;
    }
    channel.shutdownNow();
    System.exit(code);
  }
}
