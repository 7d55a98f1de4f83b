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
tidings.drain={{ .Values.shutdown.drainSeconds }}s
tidings.log.backend={{ .Values.log.backend }}
{{- if eq .Values.log.backend "redis" }}
{{- if .Values.redis.bundled.enabled }}
quarkus.redis.hosts=redis://{{ include "tidings.redis-name" . }}:6379
{{- else }}
quarkus.redis.hosts={{ join "," .Values.redis.hosts }}
quarkus.redis.client-type={{ .Values.redis.clientType }}
{{- end }}
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
