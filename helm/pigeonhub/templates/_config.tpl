{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* A value as TOML. Numbers arrive as floats. */}}
{{- define "pigeonhub.toml" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ toJson . }}{{ end }}
{{- end }}

{{/* The configuration file of replica .ordinal: what the chart decides, then .Values.config. */}}
{{- define "pigeonhub.config" -}}
{{- $root := .root }}
{{- $values := .root.Values -}}
host = "::"
port = 3000
drain-timeout = "{{ int $values.drain.timeoutSeconds }}s"
{{- if $values.tls.secretName }}
tls-cert = "/etc/pigeonhub/tls/tls.crt"
tls-key = "/etc/pigeonhub/tls/tls.key"
{{- end }}
metrics-listen = "[::]:{{ int $values.metrics.port }}"
{{- if include "pigeonhub.controlIsOpen" $root }}
control-listen = "[::]:{{ int $values.control.port }}"
control-tls-cert = "/etc/pigeonhub/control-tls/tls.crt"
control-tls-key = "/etc/pigeonhub/control-tls/tls.key"
{{- if $values.control.tls.clientCertificates }}
control-tls-client-ca = "/etc/pigeonhub/control-tls/ca.crt"
{{- end }}
{{- else if $values.control.enabled }}
control-listen = "127.0.0.1:{{ int $values.control.port }}"
{{- else }}
control-listen = "off"
{{- end }}
{{- if and $values.control.enabled $values.control.tokens.existingSecret }}
control-tokens = "/etc/pigeonhub/control-tokens/{{ $values.control.tokens.secretKey }}"
{{- end }}
{{- if include "pigeonhub.consoleIsOpen" $root }}
console-listen = "[::]:{{ int $values.console.port }}"
{{- if $values.console.behindProxy }}
console-behind-proxy = true
{{- end }}
{{- else if $values.control.enabled }}
console-listen = "127.0.0.1:{{ int $values.console.port }}"
{{- end }}
{{- if $values.client.enabled }}
client-js = true
{{- end }}
{{- with $values.ice }}
{{- if .urls }}
ice-url = {{ toJson .urls }}
{{- if .turnSecret.existingSecret }}
turn-secret = "/etc/pigeonhub/turn-secret/{{ .turnSecret.secretKey }}"
{{- end }}
ice-ttl = {{ .ttl | toJson }}
{{- end }}
{{- end }}
{{- if $values.bans.persistence.enabled }}
bans = "/var/lib/pigeonhub/bans"
{{- end }}
{{- with $values.webhooks }}
{{- if .urls }}
webhook = {{ toJson .urls }}
{{- with .kinds }}
webhook-kind = {{ toJson . }}
{{- end }}
webhook-key = {{ printf "/etc/pigeonhub/webhook-key/%s" .key.secretKey | toJson }}
{{- if .plaintext }}
webhook-plaintext = true
{{- end }}
{{- end }}
{{- end }}
{{- if $values.mesh.enabled }}
hub = true
hub-peer-id = "{{ printf "%s/%d" (include "pigeonhub.hubIdSeed" $root) (int .ordinal) | sha1sum }}"
hub-mesh-namespace = {{ $values.mesh.namespace | toJson }}
hub-key = "/etc/pigeonhub/hub-key/{{ $values.mesh.hubKey.secretKey }}"
{{- if not $values.tls.secretName }}
# Pods talk to each other in the cluster's own network, without TLS.
hub-token-plaintext = true
{{- else if $values.tls.ca }}
hub-ca = "/etc/pigeonhub/tls/ca.crt"
{{- end }}
{{- if include "pigeonhub.hubsApart" $root }}
hub-listen = "[::]:{{ int $values.mesh.hubPort }}"
{{- end }}
advertise-url = {{ include "pigeonhub.hubUrl" . | toJson }}
{{- with $values.mesh.region }}
region = {{ toJson . }}
{{- end }}
{{- $hubs := list }}
{{- range until (min (int $values.mesh.bootstrapReplicas) (int (include "pigeonhub.leastReplicas" $root)) | int) }}
{{- if ne . (int $.ordinal) }}{{- $hubs = append $hubs (include "pigeonhub.hubUrl" (dict "root" $root "ordinal" .)) }}{{- end }}
{{- end }}
{{- with concat $hubs $values.mesh.bootstrapHubs }}
bootstrap-hub = {{ toJson . }}
{{- end }}
max-reconnect-attempts = 0
{{- end }}
{{- with $values.nats }}
{{- if .urls }}
nats = {{ toJson .urls }}
nats-subject = {{ toJson .subject }}
{{- if .auth.existingSecret }}
nats-auth = "/etc/pigeonhub/nats-auth/{{ .auth.secretKey }}"
{{- end }}
{{- if .tls.existingSecret }}
nats-ca = "/etc/pigeonhub/nats-tls/ca.crt"
{{- if .tls.clientCertificate }}
nats-cert = "/etc/pigeonhub/nats-tls/tls.crt"
nats-key = "/etc/pigeonhub/nats-tls/tls.key"
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with $values.trustProxies }}
trust-proxy = {{ toJson . }}
{{- end }}
{{- if $values.proxyProtocol }}
proxy-protocol = true
{{- end }}
{{- with $values.allowOrigins }}
allow-origin = {{ toJson . }}
{{- end }}
{{- with $values.auth }}
{{- if ne .mode "none" }}
auth = {{ .mode | toJson }}
{{- with .keys.secretKeys }}
token-key = [{{ range $n, $key := . }}{{ if $n }}, {{ end }}{{ printf "/etc/pigeonhub/token-keys/%s" $key | toJson }}{{ end }}]
{{- end }}
{{- if .jwks.existingSecret }}
token-jwks = {{ printf "/etc/pigeonhub/token-jwks/%s" .jwks.secretKey | toJson }}
{{- else if .jwks.url }}
token-jwks = {{ .jwks.url | toJson }}
{{- end }}
{{- with .issuers }}
token-issuer = {{ toJson . }}
{{- end }}
{{- with .audiences }}
token-audience = {{ toJson . }}
{{- end }}
token-leeway = {{ .leeway | toJson }}
{{- with .cookie }}
token-cookie = {{ toJson . }}
{{- end }}
token-query = {{ ternary "on" "off" .query | toJson }}
token-expiry = {{ .expiry | toJson }}
{{- end }}
{{- end }}
{{- range $name, $value := $values.config }}
{{ $name }} = {{ include "pigeonhub.toml" $value }}
{{- end }}
{{- range $name, $policy := $values.namespaces }}
[namespace.{{ $name | toJson }}]
{{- range $key, $value := $policy }}
{{ $key }} = {{ include "pigeonhub.toml" $value }}
{{- end }}
{{- end }}
{{- end }}
