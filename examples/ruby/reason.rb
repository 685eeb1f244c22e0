# SPDX-License-Identifier: Apache-2.0
#
# Asks for a peer, and reads why there is no answer: reason.rb ADDRESS PEER_ID.

require 'google/protobuf/well_known_types'
require 'google/rpc/error_details_pb'
require 'grpc'
require 'pigeonhub/v1/peer_service_services_pb'

def reason_of(error)
  details = error.to_rpc_status&.details || []
  info = details.find { |detail| detail.is(Google::Rpc::ErrorInfo) }
  info ? info.unpack(Google::Rpc::ErrorInfo).reason : ''
end

address, peer_id = ARGV
begin
  peers = PigeonHub::V1::PeerService::Stub.new(address, :this_channel_is_insecure)
  peer = peers.get_peer(PigeonHub::V1::GetPeerRequest.new(peer_id: peer_id)).peer
  puts "#{peer.peer_id} is in #{peer.namespace}"
rescue GRPC::BadStatus => e
  abort "#{e.class.name.split('::').last.gsub(/(?<=[a-z])(?=[A-Z])/, '_').upcase} #{reason_of(e)}"
end
