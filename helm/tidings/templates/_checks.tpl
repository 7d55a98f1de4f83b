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
{{- include "tidings.check-log" . -}}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas is %d, and autoscaling.maxReplicas is %d: the first has to be the smaller" (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (not $v.autoscaling.targetCPUUtilizationPercentage) (not $v.autoscaling.targetConnections) -}}
{{- fail "autoscaling.enabled is true, and there is nothing to go by: set autoscaling.targetCPUUtilizationPercentage or autoscaling.targetConnections" -}}
{{- end -}}
{{- include "tidings.check-config" . -}}
{{- if and $v.httpRoute.enabled (not $v.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, and httpRoute.parentRefs is empty: set it to the Gateways, such as [{name: public, namespace: gateways}]" -}}
{{- end -}}
{{- if and $v.ingress.enabled (not $v.ingress.hosts) -}}
{{- fail "ingress.enabled is true, and ingress.hosts is empty: set it to the names that clients use, such as [tidings.example]" -}}
{{- end -}}
{{- end -}}

{{/* One log, and a place for it. */}}
{{- define "tidings.check-log" -}}
{{- $v := .Values -}}
{{- $places := list -}}
{{- if $v.redis.hosts -}}
{{- $places = append $places "redis.hosts" -}}
{{- end -}}
{{- if $v.redis.existingSecretHostsKey -}}
{{- $places = append $places "redis.existingSecretHostsKey" -}}
{{- end -}}
{{- if $v.redis.bundled.enabled -}}
{{- $places = append $places "redis.bundled.enabled" -}}
{{- end -}}
{{- if ne $v.log.backend "redis" -}}
{{- $why := eq $v.log.backend "memory" | ternary "in memory each instance would have events of its own" "a file belongs to one instance" -}}
{{- if $places -}}
{{- fail (printf "%s is set, and log.backend is %s: set log.backend to redis, or unset %s" (first $places) $v.log.backend (first $places)) -}}
{{- end -}}
{{- if $v.autoscaling.enabled -}}
{{- fail (printf "autoscaling.enabled is true, and log.backend is %s: %s; set log.backend to redis" $v.log.backend $why) -}}
{{- end -}}
{{- if gt (int $v.replicaCount) 1 -}}
{{- fail (printf "replicaCount is %d, and log.backend is %s: %s; set log.backend to redis, or replicaCount to 1" (int $v.replicaCount) $v.log.backend $why) -}}
{{- end -}}
{{- else if not $places -}}
{{- fail "redis.hosts is empty, and log.backend is redis: set redis.hosts to [redis://host:6379], or redis.bundled.enabled to true; or, for a single instance, log.backend to sqlite or, if it may forget, to memory, and replicaCount to 1" -}}
{{- else if gt (len $places) 1 -}}
{{- fail (printf "%s are both set, but there is one log: unset one of them" (join " and " $places)) -}}
{{- else -}}
{{- include "tidings.check-redis" . -}}
{{- end -}}
{{- end -}}

{{- define "tidings.check-redis" -}}
{{- $v := .Values -}}
{{- if and $v.redis.existingSecret $v.redis.password -}}
{{- fail "redis.existingSecret and redis.password are both set: unset one of them" -}}
{{- end -}}
{{- if and $v.redis.bundled.enabled (not $v.redis.existingSecret) (not $v.redis.password) -}}
{{- fail "redis.bundled.enabled is true, and Redis has no password: set redis.existingSecret or redis.password" -}}
{{- end -}}
{{- if and $v.redis.existingSecretHostsKey (not $v.redis.existingSecret) -}}
{{- fail "redis.existingSecretHostsKey is set, and redis.existingSecret is not: set it to the Secret that has the key" -}}
{{- end -}}
{{- if and (eq $v.redis.clientType "standalone") (gt (len $v.redis.hosts) 1) -}}
{{- fail (printf "redis.hosts has %d addresses, and redis.clientType is standalone: set it to sentinel, cluster or replication" (len $v.redis.hosts)) -}}
{{- end -}}
{{- if and (eq $v.redis.clientType "sentinel") (not $v.redis.sentinelMaster) -}}
{{- fail "redis.clientType is sentinel, and redis.sentinelMaster is empty: set it to the name that the Sentinels know the master by" -}}
{{- end -}}
{{- if and $v.redis.sentinelMaster (ne $v.redis.clientType "sentinel") -}}
{{- fail (printf "redis.sentinelMaster is set, and redis.clientType is %s: set it to sentinel, or unset redis.sentinelMaster" $v.redis.clientType) -}}
{{- end -}}
{{- if or $v.redis.tls.caSecret $v.redis.tls.clientSecret -}}
{{- range $v.redis.hosts -}}
{{- if not (hasPrefix "rediss://" .) -}}
{{- fail (printf "redis.tls is set, and redis.hosts has %s: set it to rediss://" .) -}}
{{- end -}}
{{- end -}}
{{- if $v.redis.bundled.enabled -}}
{{- fail "redis.tls is set, and redis.bundled.enabled is true: the bundled Redis speaks plainly within the namespace; unset one of them" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Settings that the chart has a value for, which it has to know itself; and secrets, which are no settings in a file. */}}
{{- define "tidings.check-config" -}}
{{- $values := dict
  "quarkus.http.host" "nothing, it listens on all addresses"
  "quarkus.http.port" "service.port"
  "quarkus.http.insecure-requests" "tls.existingSecret"
  "quarkus.http.ssl-port" "tls.existingSecret, and tls.servicePort"
  "quarkus.tls.key-store.pem.0.cert" "tls.existingSecret"
  "quarkus.tls.key-store.pem.0.key" "tls.existingSecret"
  "quarkus.redis.hosts" "redis.hosts"
  "quarkus.redis.client-type" "redis.clientType"
  "quarkus.redis.master-name" "redis.sentinelMaster"
  "quarkus.redis.tls-configuration-name" "redis.tls.caSecret or redis.tls.clientSecret"
  "quarkus.redis.password" "redis.existingSecret or redis.password"
  "tidings.log.backend" "log.backend"
  "tidings.log.file" "log.backend to sqlite"
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
