{{/* Values that are right one by one and cannot work together. The schema sees to the single ones. */}}
{{- define "tidings.check" -}}
{{- $v := .Values -}}
{{- $keys := list -}}
{{- range $name := list "existingSecret" "secret" "publicKey" "publicKeyLocation" -}}
{{- if index $v.auth $name -}}
{{- $keys = append $keys (printf "auth.%s" $name) -}}
{{- end -}}
{{- end -}}
{{- if not $keys -}}
{{- fail "auth: no key is set, and without one the service does not start where others reach it: set auth.existingSecret, auth.secret, auth.publicKey or auth.publicKeyLocation" -}}
{{- end -}}
{{- if gt (len $keys) 1 -}}
{{- fail (printf "%s are set, but tokens are verified with one key: unset all but one of them" (join " and " $keys)) -}}
{{- end -}}
{{- $places := list -}}
{{- if $v.redis.hosts -}}
{{- $places = append $places "redis.hosts" -}}
{{- end -}}
{{- if $v.redis.bundled.enabled -}}
{{- $places = append $places "redis.bundled.enabled" -}}
{{- end -}}
{{- if eq $v.log.backend "memory" -}}
{{- if $places -}}
{{- fail (printf "%s is set, and log.backend is memory: set log.backend to redis, or unset %s" (first $places) (first $places)) -}}
{{- end -}}
{{- if $v.autoscaling.enabled -}}
{{- fail "autoscaling.enabled is true, and log.backend is memory: in memory each instance would have events of its own; set log.backend to redis" -}}
{{- end -}}
{{- if gt (int $v.replicaCount) 1 -}}
{{- fail (printf "replicaCount is %d, and log.backend is memory: in memory each instance would have events of its own; set log.backend to redis, or replicaCount to 1" (int $v.replicaCount)) -}}
{{- end -}}
{{- else if not $places -}}
{{- fail "redis.hosts is empty, and log.backend is redis: set redis.hosts to [redis://host:6379], or redis.bundled.enabled to true; or, for a single instance that forgets, log.backend to memory and replicaCount to 1" -}}
{{- else if gt (len $places) 1 -}}
{{- fail "redis.hosts and redis.bundled.enabled are both set, but there is one log: unset one of them" -}}
{{- end -}}
{{- if and $v.redis.existingSecret $v.redis.password -}}
{{- fail "redis.existingSecret and redis.password are both set: unset one of them" -}}
{{- end -}}
{{- if and $v.redis.bundled.enabled (not $v.redis.existingSecret) (not $v.redis.password) -}}
{{- fail "redis.bundled.enabled is true, and Redis has no password: set redis.existingSecret or redis.password" -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas is %d, and autoscaling.maxReplicas is %d: the first has to be the smaller" (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (not $v.autoscaling.targetCPUUtilizationPercentage) (not $v.autoscaling.targetConnections) -}}
{{- fail "autoscaling.enabled is true, and there is nothing to go by: set autoscaling.targetCPUUtilizationPercentage or autoscaling.targetConnections" -}}
{{- end -}}
{{- include "tidings.check-config" . -}}
{{- if and $v.ingress.enabled (not $v.ingress.hosts) -}}
{{- fail "ingress.enabled is true, and ingress.hosts is empty: set it to the names that clients use, such as [tidings.example]" -}}
{{- end -}}
{{- end -}}

{{/* Settings that the chart has a value for, which it has to know itself; and secrets, which are no settings in a file. */}}
{{- define "tidings.check-config" -}}
{{- $values := dict
  "quarkus.http.host" "nothing, it listens on all addresses"
  "quarkus.http.port" "service.port"
  "quarkus.redis.hosts" "redis.hosts"
  "quarkus.redis.client-type" "redis.clientType"
  "quarkus.redis.password" "redis.existingSecret or redis.password"
  "tidings.log.backend" "log.backend"
  "tidings.drain" "shutdown.drainSeconds"
  "tidings.auth.secret" "auth.existingSecret or auth.secret"
  "mp.jwt.verify.publickey" "auth.publicKey"
  "mp.jwt.verify.publickey.location" "auth.publicKeyLocation"
-}}
{{- range $key, $value := $values -}}
{{- if hasKey $.Values.config $key -}}
{{- fail (printf "config has %s, which this chart has a value for: set %s" $key $value) -}}
{{- end -}}
{{- $variable := regexReplaceAll "[^a-z0-9]" $key "_" | upper -}}
{{- range $.Values.extraEnv -}}
{{- if eq .name $variable -}}
{{- fail (printf "extraEnv has %s, which this chart has a value for: set %s" $variable $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
