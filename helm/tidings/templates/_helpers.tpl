{{- define "tidings.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 54 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 54 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a Deployment may never change. */}}
{{- define "tidings.name-labels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tidings.selector" -}}
{{ include "tidings.name-labels" . }}
app.kubernetes.io/component: server
{{- end -}}

{{- define "tidings.labels" -}}
{{ include "tidings.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end -}}

{{- define "tidings.redis-selector" -}}
{{ include "tidings.name-labels" . }}
app.kubernetes.io/component: redis
{{- end -}}

{{- define "tidings.test-labels" -}}
{{ include "tidings.name-labels" . }}
app.kubernetes.io/component: test
{{- end -}}

{{- define "tidings.redis-name" -}}
{{ include "tidings.fullname" . }}-redis
{{- end -}}

{{- define "tidings.service-account" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "tidings.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{- define "tidings.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* Where the secret of tokens and the password of Redis come from; empty where there is none. */}}
{{- define "tidings.auth-secret" -}}
{{- if .Values.auth.existingSecret -}}
name: {{ .Values.auth.existingSecret }}
key: {{ .Values.auth.existingSecretKey }}
{{- else if .Values.auth.secret -}}
name: {{ include "tidings.fullname" . }}
key: auth-secret
{{- end -}}
{{- end -}}

{{- define "tidings.redis-secret" -}}
{{- if .Values.redis.existingSecret -}}
name: {{ .Values.redis.existingSecret }}
key: {{ .Values.redis.existingSecretKey }}
{{- else if .Values.redis.password -}}
name: {{ include "tidings.fullname" . }}
key: redis-password
{{- end -}}
{{- end -}}

{{/* Where a container finds its volumes. */}}
{{- define "tidings.data" -}}
/var/lib/tidings
{{- end -}}

{{- define "tidings.certificates" -}}
/etc/tidings
{{- end -}}

{{/* The Secrets with certificates for Redis, by the part that each plays. */}}
{{- define "tidings.redis-certificates" -}}
{{- if eq .Values.log.backend "redis" }}
{{- with .Values.redis.tls.caSecret }}
ca: {{ . }}
{{- end }}
{{- with .Values.redis.tls.clientSecret }}
client: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The one port of the instances, how it is spoken to, and the Service's. */}}
{{- define "tidings.port" -}}
{{- if .Values.tls.existingSecret }}8443{{ else }}8080{{ end -}}
{{- end -}}

{{- define "tidings.scheme" -}}
{{- if .Values.tls.existingSecret }}https{{ else }}http{{ end -}}
{{- end -}}

{{- define "tidings.service-port" -}}
{{- if .Values.tls.existingSecret }}{{ .Values.tls.servicePort }}{{ else }}{{ .Values.service.port }}{{ end -}}
{{- end -}}

{{/* Whatever keeps the instances running. */}}
{{- define "tidings.workload" -}}
{{- if eq .Values.log.backend "sqlite" }}statefulset{{ else }}deployment{{ end -}}
{{- end -}}

{{/* A container that can do no more than compute and connect. */}}
{{- define "tidings.container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* One line of a properties file. Numbers and truth values are written as JSON writes them: 1000000, not 1e+06. */}}
{{- define "tidings.property" -}}
{{- $text := .value -}}
{{- if not (kindIs "string" $text) -}}
{{- $text = toJson $text -}}
{{- end -}}
{{- $text = $text | replace "\\" "\\\\" | replace "\n" "\\n" | replace "\r" "\\r" | replace "\t" "\\t" -}}
{{ .key }}={{ if hasPrefix " " $text }}\{{ end }}{{ $text }}
{{- end -}}

{{/* What the service is told in its file of settings. What the chart itself has to know is not in config. */}}
{{- define "tidings.properties" -}}
quarkus.http.host=0.0.0.0
quarkus.http.port=8080
{{- if .Values.tls.existingSecret }}
quarkus.http.insecure-requests=disabled
quarkus.http.ssl-port=8443
quarkus.tls.key-store.pem.0.cert={{ include "tidings.certificates" . }}/tls/tls.crt
quarkus.tls.key-store.pem.0.key={{ include "tidings.certificates" . }}/tls/tls.key
quarkus.tls.reload-period=10m
{{- end }}
tidings.drain={{ .Values.shutdown.drainSeconds }}s
tidings.log.backend={{ .Values.log.backend }}
{{- if eq .Values.log.backend "sqlite" }}
tidings.log.file={{ include "tidings.data" . }}/log.db
{{- else if eq .Values.log.backend "redis" }}
{{- include "tidings.redis-properties" . }}
{{- end }}
{{- with .Values.auth.publicKey }}
{{ include "tidings.property" (dict "key" "mp.jwt.verify.publickey" "value" .) }}
{{- end }}
{{- with .Values.auth.publicKeyLocation }}
{{ include "tidings.property" (dict "key" "mp.jwt.verify.publickey.location" "value" .) }}
{{- end }}
{{- range $key, $value := .Values.config }}
{{- if not (kindIs "invalid" $value) }}
{{ include "tidings.property" (dict "key" $key "value" $value) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "tidings.redis-properties" -}}
{{- if .Values.redis.bundled.enabled }}
quarkus.redis.hosts=redis://{{ include "tidings.redis-name" . }}:6379
{{- else }}
{{- with .Values.redis.hosts }}
quarkus.redis.hosts={{ join "," . }}
{{- end }}
quarkus.redis.client-type={{ .Values.redis.clientType }}
{{- with .Values.redis.sentinelMaster }}
quarkus.redis.master-name={{ . }}
{{- end }}
{{- $certificates := include "tidings.redis-certificates" . | fromYaml }}
{{- if $certificates }}
{{- $directory := include "tidings.certificates" . }}
quarkus.redis.tls-configuration-name=redis
quarkus.tls.redis.hostname-verification-algorithm=HTTPS
quarkus.tls.redis.reload-period=10m
{{- if $certificates.ca }}
quarkus.tls.redis.trust-store.pem.certs={{ $directory }}/redis-ca/{{ .Values.redis.tls.caKey }}
{{- end }}
{{- if $certificates.client }}
quarkus.tls.redis.key-store.pem.0.cert={{ $directory }}/redis-client/tls.crt
quarkus.tls.redis.key-store.pem.0.key={{ $directory }}/redis-client/tls.key
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What an Ingress says to the controllers that the chart knows; what the user says comes first. */}}
{{- define "tidings.ingress-annotations" -}}
{{- $v := .Values.ingress -}}
{{- $a := dict -}}
{{- $idle := $v.idleSeconds | toString -}}
{{- if eq $v.controller "nginx" -}}
{{- $p := "nginx.ingress.kubernetes.io" -}}
{{- $a = dict
  (printf "%s/proxy-read-timeout" $p) $idle
  (printf "%s/proxy-send-timeout" $p) $idle
  (printf "%s/proxy-body-size" $p) $v.maxBodySize
  (printf "%s/proxy-request-buffering" $p) "off" -}}
{{- if .Values.tls.existingSecret -}}
{{- $_ := set $a (printf "%s/backend-protocol" $p) "HTTPS" -}}
{{- end -}}
{{- if $v.sticky -}}
{{- $a = merge $a (dict
  (printf "%s/affinity" $p) "cookie"
  (printf "%s/affinity-mode" $p) "persistent"
  (printf "%s/session-cookie-name" $p) "tidings-instance"
  (printf "%s/session-cookie-path" $p) "/socket.io"
  (printf "%s/session-cookie-change-on-failure" $p) "true") -}}
{{- end -}}
{{- else if eq $v.controller "haproxy-ingress" -}}
{{- $p := "haproxy-ingress.github.io" -}}
{{- $a = dict
  (printf "%s/timeout-server" $p) (printf "%ss" $idle)
  (printf "%s/timeout-tunnel" $p) (printf "%ss" $idle)
  (printf "%s/proxy-body-size" $p) $v.maxBodySize -}}
{{- if .Values.tls.existingSecret -}}
{{- $_ := set $a (printf "%s/backend-protocol" $p) "h1-ssl" -}}
{{- end -}}
{{- if $v.sticky -}}
{{- $a = merge $a (dict
  (printf "%s/affinity" $p) "cookie"
  (printf "%s/session-cookie-name" $p) "tidings-instance") -}}
{{- end -}}
{{- else if eq $v.controller "alb" -}}
{{- $p := "alb.ingress.kubernetes.io" -}}
{{- $a = dict
  (printf "%s/target-type" $p) "ip"
  (printf "%s/healthcheck-path" $p) "/q/health/ready"
  (printf "%s/load-balancer-attributes" $p) (printf "idle_timeout.timeout_seconds=%s" (min $v.idleSeconds 4000 | toString)) -}}
{{- if .Values.tls.existingSecret -}}
{{- $_ := set $a (printf "%s/backend-protocol" $p) "HTTPS" -}}
{{- $_ := set $a (printf "%s/healthcheck-protocol" $p) "HTTPS" -}}
{{- end -}}
{{- if $v.sticky -}}
{{- $_ := set $a (printf "%s/target-group-attributes" $p)
  "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=86400" -}}
{{- end -}}
{{- end -}}
{{- toYaml (mergeOverwrite $a $v.annotations) -}}
{{- end -}}
