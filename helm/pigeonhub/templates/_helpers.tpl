{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* As much of .text as fits into .length characters and may end a name. */}}
{{- define "pigeonhub.cut" -}}
{{- .text | trunc .length | regexFind "^.*[a-z0-9]" }}
{{- end }}

{{- define "pigeonhub.name" -}}
{{- include "pigeonhub.cut" (dict "length" 63 "text" (default .Chart.Name .Values.nameOverride)) }}
{{- end }}

{{/* The name of everything: the release's, with the chart's where that does not contain it. A service has no dots in its
     name and begins with a letter, and after 50 characters there is room for -handshake, a pod's number and the hash that a
     StatefulSet adds. A name that has to be changed for that ends in a hash of what it was, so that names which differ stay
     different. */}}
{{- define "pigeonhub.fullname" -}}
{{- $name := .Values.fullnameOverride }}
{{- if not $name }}
{{- $chart := include "pigeonhub.name" . }}
{{- $name = contains $chart .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $chart) }}
{{- end }}
{{- $label := $name | replace "." "-" }}
{{- if not (regexMatch "^[a-z]" $label) }}{{- $label = printf "hub-%s" $label }}{{- end }}
{{- if and (eq $label $name) (le (len $label) 50) }}
{{- $label }}
{{- else }}
{{- printf "%s-%s" (include "pigeonhub.cut" (dict "length" 43 "text" $label)) (sha1sum $name | trunc 6) }}
{{- end }}
{{- end }}

{{- define "pigeonhub.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pigeonhub.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "pigeonhub.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "pigeonhub.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pigeonhub.serviceAccountName" -}}
{{- default (include "pigeonhub.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "pigeonhub.image" -}}
{{- $name := .Values.image.repository }}
{{- if .Values.image.registry }}{{- $name = printf "%s/%s" .Values.image.registry $name }}{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "pigeonhub.hubKeySecret" -}}
{{- default (printf "%s-hub-key" (include "pigeonhub.fullname" .)) .Values.mesh.hubKey.existingSecret }}
{{- end }}

{{/* What every service says about IPv4 and IPv6. */}}
{{- define "pigeonhub.ipFamilies" -}}
{{- with .Values.service.ipFamilyPolicy }}
ipFamilyPolicy: {{ . }}
{{- end }}
{{- with .Values.service.ipFamilies }}
ipFamilies: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A value as the text that an environment variable is. Numbers may arrive as floats. */}}
{{- define "pigeonhub.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else if not (kindIs "invalid" .) }}{{ toString . }}{{ end }}
{{- end }}

{{/* Fewest replicas there ever are: those that others may count on. */}}
{{- define "pigeonhub.leastReplicas" -}}
{{- if .Values.autoscaling.enabled }}{{ .Values.autoscaling.minReplicas }}{{ else }}{{ .Values.replicaCount }}{{ end }}
{{- end }}

{{/* Replicas that get a hub id. */}}
{{- define "pigeonhub.mostReplicas" -}}
{{- $most := max (int .Values.replicaCount) 10 }}
{{- if .Values.autoscaling.enabled }}{{- $most = max $most (int .Values.autoscaling.maxReplicas) }}{{- end }}
{{- if .Values.mesh.maxReplicas }}{{- $most = int .Values.mesh.maxReplicas }}{{- end }}
{{- if not .Values.mesh.enabled }}{{- $most = 1 }}{{- end }}
{{- $most }}
{{- end }}

{{/* How peers and hubs speak with a pod. */}}
{{- define "pigeonhub.scheme" -}}
{{- ternary "wss" "ws" (ne .Values.tls.secretName "") }}
{{- end }}

{{/* The URL of replica .ordinal without its port. */}}
{{- define "pigeonhub.replica" -}}
{{- $name := include "pigeonhub.fullname" .root }}
{{- printf "%s://%s-%d.%s-hubs.%s.svc.%s" (include "pigeonhub.scheme" .root) $name (int .ordinal) $name .root.Release.Namespace .root.Values.clusterDomain }}
{{- end }}

{{/* The URL of replica .ordinal for peers. */}}
{{- define "pigeonhub.replicaUrl" -}}
{{- include "pigeonhub.replica" . }}:3000
{{- end }}

{{/* The URL of replica .ordinal for other hubs. */}}
{{- define "pigeonhub.hubUrl" -}}
{{- include "pigeonhub.replica" . }}:{{ int .root.Values.mesh.hubPort }}
{{- end }}

{{/* Whether hubs have a port of their own. */}}
{{- define "pigeonhub.hubsApart" -}}
{{- if and .Values.mesh.enabled (ne (int .Values.mesh.hubPort) 3000) }}true{{ end }}
{{- end }}

{{- define "pigeonhub.hubIdsSecret" -}}
{{- printf "%s-hub-ids" (include "pigeonhub.fullname" .) }}
{{- end }}

{{/* What hub ids are made from. Where it is made at random, all templates get the same. */}}
{{- define "pigeonhub.hubIdSeed" -}}
{{- if not .Values.mesh.hubIdSeed }}
{{- $found := lookup "v1" "Secret" .Release.Namespace (include "pigeonhub.hubIdsSecret" .) }}
{{- $_ := set .Values.mesh "hubIdSeed" (dig "data" "seed" (randAlphaNum 64 | b64enc) $found | b64dec) }}
{{- end }}
{{- .Values.mesh.hubIdSeed }}
{{- end }}

{{/* Whether the control API is reached from outside the pod. */}}
{{- define "pigeonhub.controlIsOpen" -}}
{{- if and .Values.control.enabled .Values.control.tls.existingSecret }}true{{ end }}
{{- end }}

{{/* Whether the console is reached from outside the pod. */}}
{{- define "pigeonhub.consoleIsOpen" -}}
{{- if .Values.console.enabled }}true{{ end }}
{{- end }}

{{/* Secrets that tokens of peers are checked with; empty: there is none, or nobody has to show a token. */}}
{{- define "pigeonhub.tokenKeysSecret" -}}
{{- if ne .Values.auth.mode "none" }}{{ .Values.auth.keys.existingSecret }}{{ end }}
{{- end }}

{{- define "pigeonhub.jwksSecret" -}}
{{- if ne .Values.auth.mode "none" }}{{ .Values.auth.jwks.existingSecret }}{{ end }}
{{- end }}

{{/* The value without which there is no `helm test`; empty: none is missing. */}}
{{- define "pigeonhub.testLacks" -}}
{{- if and .Values.proxyProtocol (not .Values.test.url) }}test.url
{{- else if and (eq .Values.auth.mode "required") (not .Values.test.token.existingSecret) }}test.token.existingSecret
{{- end }}
{{- end }}

{{- define "pigeonhub.gracePeriod" -}}
{{- add (int .Values.drain.timeoutSeconds) (int .Values.drain.marginSeconds) }}
{{- end }}

{{/* What does not fit together, said before anything is installed. */}}
{{- define "pigeonhub.check" -}}
{{- $several := or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}
{{- if and $several (not .Values.mesh.enabled) }}
{{- fail "several replicas need mesh.enabled: without it peers of different pods never find each other" }}
{{- end }}
{{- if and .Values.nats.urls (not .Values.mesh.enabled) }}
{{- fail "nats.urls needs mesh.enabled: hubs alone meet at NATS servers" }}
{{- end }}
{{- if gt (int .Values.replicaCount) (int (include "pigeonhub.mostReplicas" .)) }}
{{- fail (printf "replicaCount %d is more than mesh.maxReplicas %d" (int .Values.replicaCount) (int .Values.mesh.maxReplicas)) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.maxReplicas) (int (include "pigeonhub.mostReplicas" .))) }}
{{- fail "autoscaling.maxReplicas is more than mesh.maxReplicas" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas" }}
{{- end }}
{{- $ports := list 3000 (int .Values.metrics.port) }}
{{- if include "pigeonhub.controlIsOpen" . }}{{- $ports = append $ports (int .Values.control.port) }}{{- end }}
{{- if and (include "pigeonhub.hubsApart" .) (has (int .Values.mesh.hubPort) $ports) }}
{{- fail (printf "mesh.hubPort %d is the port of something else" (int .Values.mesh.hubPort)) }}
{{- end }}
{{- if .Values.control.enabled }}
{{- $others := list 3000 (int .Values.metrics.port) (int .Values.control.port) }}
{{- if include "pigeonhub.hubsApart" . }}{{- $others = append $others (int .Values.mesh.hubPort) }}{{- end }}
{{- if has (int .Values.console.port) $others }}
{{- fail (printf "console.port %d is the port of something else" (int .Values.console.port)) }}
{{- end }}
{{- end }}
{{- with .Values.console }}
{{- if and .enabled (not $.Values.control.enabled) }}
{{- fail "console.enabled needs control.enabled: the console shows what the control API tells" }}
{{- end }}
{{- if and .enabled (not $.Values.control.tokens.existingSecret) }}
{{- fail "console.enabled opens the console to others: it needs control.tokens.existingSecret, by which they sign in" }}
{{- end }}
{{- if and .enabled (not .behindProxy) (not $.Values.control.tls.existingSecret) }}
{{- fail "console.enabled needs control.tls.existingSecret, or console.behindProxy where a proxy ends TLS: tokens pass through it" }}
{{- end }}
{{- if and .ingress.enabled (not .enabled) }}
{{- fail "console.ingress.enabled needs console.enabled: without it nobody reaches the console but the pod" }}
{{- end }}
{{- if and .ingress.enabled (not .ingress.tls) }}
{{- fail "console.ingress.enabled needs console.ingress.tls: tokens pass through it" }}
{{- end }}
{{- end }}
{{- $turn := false }}
{{- range .Values.ice.urls }}{{- if regexMatch "^turns?:" . }}{{- $turn = true }}{{- end }}{{- end }}
{{- if and $turn (not .Values.ice.turnSecret.existingSecret) }}
{{- fail "ice.urls has a TURN server: it needs ice.turnSecret.existingSecret, which credentials are made with" }}
{{- end }}
{{- if and .Values.ice.turnSecret.existingSecret (not $turn) }}
{{- fail "ice.turnSecret.existingSecret needs a TURN server in ice.urls that the credentials are for" }}
{{- end }}
{{- if and .Values.proxyProtocol (not .Values.trustProxies) }}
{{- fail "proxyProtocol needs trustProxies: the networks of the load balancers, as nobody else may come in" }}
{{- end }}
{{- if and .Values.proxyProtocol .Values.mesh.enabled (not (include "pigeonhub.hubsApart" .)) }}
{{- fail "proxyProtocol needs a mesh.hubPort of its own: hubs dial each other past the load balancer" }}
{{- end }}
{{- with .Values.auth }}
{{- if ne (empty .keys.existingSecret) (empty .keys.secretKeys) }}
{{- fail "auth.keys.existingSecret and auth.keys.secretKeys need each other: a secret, and which of its keys are files of keys" }}
{{- end }}
{{- if and .jwks.existingSecret .jwks.url }}
{{- fail "auth.jwks.existingSecret and auth.jwks.url exclude each other" }}
{{- end }}
{{- if and (ne .mode "none") (not .keys.existingSecret) (not .jwks.existingSecret) (not .jwks.url) }}
{{- fail (printf "auth.mode %s needs auth.keys or auth.jwks: there is nothing to check tokens with" .mode) }}
{{- end }}
{{- if and .jwks.url (not .audiences) }}
{{- fail "auth.jwks.url needs auth.audiences: an identity provider makes tokens for others, too" }}
{{- end }}
{{- if and .cookie (not $.Values.allowOrigins) }}
{{- fail "auth.cookie needs allowOrigins: browsers send cookies for every page" }}
{{- end }}
{{- end }}
{{- if and .Values.webhooks.urls (not .Values.webhooks.key.existingSecret) }}
{{- fail "webhooks.urls needs webhooks.key.existingSecret: without a signature a receiver cannot know who sent it" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs: the gateways to attach to" }}
{{- end }}
{{- if and (include "pigeonhub.controlIsOpen" .) (not .Values.control.tls.clientCertificates) (not .Values.control.tokens.existingSecret) }}
{{- fail "control.tls.existingSecret opens the control API to others: it needs control.tls.clientCertificates or control.tokens.existingSecret to tell who they are" }}
{{- end }}
{{- end }}
