// SPDX-License-Identifier: Apache-2.0

// Asks for a peer, and reads why there is no answer: reason ADDRESS PEER_ID.
package main

import (
	"context"
	"fmt"
	"os"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	pigeonhub "github.com/pigeonhub/pigeonhub/proto/pigeonhub/v1"
)

func reasonOf(err error) string {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.Reason
		}
	}
	return ""
}

func main() {
	connection, err := grpc.Dial(os.Args[1], grpc.WithInsecure())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	request := &pigeonhub.GetPeerRequest{PeerId: os.Args[2]}
	answer, err := pigeonhub.NewPeerServiceClient(connection).GetPeer(context.Background(), request)
	if err != nil {
		fmt.Fprintln(os.Stderr, status.Code(err), reasonOf(err))
		os.Exit(1)
	}
	fmt.Println(answer.Peer.PeerId, "is in", answer.Peer.Namespace)
}
