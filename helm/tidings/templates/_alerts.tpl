{{/* What picks the series of these instances: the labels that serviceMonitor brings. */}}
{{- define "tidings.series" -}}
{{ default (printf "job=%q,namespace=%q" (include "tidings.fullname" .) .Release.Namespace) .Values.prometheusRule.selector }}
{{- end -}}

{{/* Numbers as PromQL reads them: not 1e+06. */}}
{{- define "tidings.number" -}}
{{ toJson . }}
{{- end -}}

{{/* When to tell somebody. The run-book has a section for each. */}}
{{- define "tidings.alerts" -}}
{{- $v := .Values.prometheusRule -}}
{{- $s := include "tidings.series" . -}}
- alert: TidingsDown
  expr: 'absent(up{ {{- $s -}} } == 1)'
  for: 1m
  severity: critical
  summary: No instance of Tidings answers Prometheus.
- alert: TidingsInstanceDown
  expr: 'up{ {{- $s -}} } == 0'
  for: {{ $v.for }}
  severity: warning
  summary: '{{ "{{ $labels.instance }}" }} does not answer Prometheus.'
- alert: TidingsCanaryOverdue
  expr: 'max by (instance, shard) (tidings_log_lag_seconds{ {{- $s -}} }) > 2.5'
  for: 1m
  severity: critical
  summary: 'Events do not get through shard {{ "{{ $labels.shard }}" }} of the log on {{ "{{ $labels.instance }}" }}, which is not ready.'
- alert: TidingsLogLag
  expr: 'max by (instance, shard) (avg_over_time(tidings_log_lag_seconds{ {{- $s -}} }[5m])) > {{ include "tidings.number" $v.lagSeconds }}'
  for: {{ $v.for }}
  severity: warning
  summary: 'Shard {{ "{{ $labels.shard }}" }} of the log takes {{ "{{ $value | humanizeDuration }}" }} for an event of {{ "{{ $labels.instance }}" }}.'
- alert: TidingsSlowDelivery
  expr: 'histogram_quantile(0.99, sum by (le) (rate(tidings_delivery_seconds_bucket{ {{- $s -}} }[5m]))) > {{ include "tidings.number" $v.deliverySeconds }}'
  for: {{ $v.for }}
  severity: warning
  summary: 'One event in a hundred takes {{ "{{ $value | humanizeDuration }}" }} or longer to the connections.'
- alert: TidingsBacklog
  expr: 'max by (instance) (tidings_lag_max{ {{- $s -}} }) > {{ include "tidings.number" $v.backlog }}'
  for: {{ $v.for }}
  severity: warning
  summary: '{{ "{{ $value }}" }} events wait for the connection of {{ "{{ $labels.instance }}" }} that is furthest behind.'
- alert: TidingsSlowConsumers
  # Of few connections one that is slow is no alarm.
  expr: >-
    sum(increase(tidings_slow_consumers_total{ {{- $s -}} }[10m])) + sum(increase(tidings_falls_behind_total{ {{- $s -}} }[10m]))
    > {{ include "tidings.number" $v.slowConsumers }} * clamp_min(sum(tidings_connections_open{ {{- $s -}} }), 100)
  for: 0m
  severity: warning
  summary: 'Within ten minutes {{ "{{ $value | humanize }}" }} times a connection was closed or left behind because it did not take what came.'
- alert: TidingsEventsMissed
  expr: >-
    sum(rate(tidings_replays_total{ {{- $s -}} ,outcome=~"not_recovered|gap"}[15m]))
    / sum(rate(tidings_replays_total{ {{- $s -}} }[15m])) > {{ include "tidings.number" $v.missed }}
  for: {{ $v.for }}
  severity: warning
  summary: 'Of those who resume {{ "{{ $value | humanizePercentage }}" }} are told that history does not reach back far enough.'
- alert: TidingsFull
  expr: 'sum by (instance) (increase(tidings_limit_hits_total{ {{- $s -}} ,limit="connections"}[5m])) > 0'
  for: 0m
  severity: critical
  summary: '{{ "{{ $labels.instance }}" }} refuses connections: it has as many as tidings.limits.connections.'
- alert: TidingsEvictions
  expr: 'max(increase(tidings_redis_evicted_keys_total{ {{- $s -}} }[15m])) > 0'
  for: 0m
  severity: critical
  summary: Redis throws keys of the log away to make room.
- alert: TidingsRedisFull
  expr: >-
    max(tidings_redis_memory_used_bytes{ {{- $s -}} } / (tidings_redis_memory_max_bytes{ {{- $s -}} } > 0))
    > {{ include "tidings.number" $v.redisMemory }}
  for: {{ $v.for }}
  severity: critical
  summary: 'Redis uses {{ "{{ $value | humanizePercentage }}" }} of its memory; when it is full nothing can be published.'
- alert: TidingsCertificateExpires
  expr: 'min by (certificate) (tidings_certificate_expiry_timestamp_seconds{ {{- $s -}} }) - time() < {{ include "tidings.number" $v.certificateDays }} * 86400'
  for: {{ $v.for }}
  severity: warning
  summary: 'The certificate {{ "{{ $labels.certificate }}" }} is good for {{ "{{ $value | humanizeDuration }}" }} more.'
- alert: TidingsSocketIoConnectionFailures
  expr: >-
    sum(rate(tidings_socketio_connects_total{ {{- $s -}} ,outcome="refused"}[5m]))
    / sum(rate(tidings_socketio_connects_total{ {{- $s -}} }[5m])) > {{ include "tidings.number" $v.connectionFailures }}
  for: {{ $v.for }}
  severity: warning
  summary: '{{ "{{ $value | humanizePercentage }}" }} of the Socket.IO clients that want to connect are refused.'
- alert: TidingsSocketIoSlowResponses
  expr: >-
    sum(rate(tidings_socketio_response_seconds_sum{ {{- $s -}} }[5m]))
    / sum(rate(tidings_socketio_response_seconds_count{ {{- $s -}} }[5m])) > {{ include "tidings.number" $v.responseSeconds }}
  for: {{ $v.for }}
  severity: warning
  summary: 'Socket.IO clients wait {{ "{{ $value | humanizeDuration }}" }} for an answer on average.'
- alert: TidingsPollerFails
  expr: >-
    sum by (poller) (increase(tidings_poller_runs_total{ {{- $s -}} ,outcome="failed"}[10m]))
    / sum by (poller) (increase(tidings_poller_runs_total{ {{- $s -}} }[10m])) > 0.5
  for: {{ $v.for }}
  severity: warning
  summary: 'The poller {{ "{{ $labels.poller }}" }} fails {{ "{{ $value | humanizePercentage }}" }} of the time.'
- alert: TidingsBrokerDisconnected
  expr: 'sum by (broker) (tidings_mqtt_connected{ {{- $s -}} }) == 0'
  for: {{ $v.for }}
  severity: warning
  summary: 'No instance is connected to the MQTT broker {{ "{{ $labels.broker }}" }}.'
- alert: TidingsWebhooksGivenUp
  expr: 'sum(increase(tidings_alert_webhooks_total{ {{- $s -}} ,outcome="given_up"}[15m])) > 0'
  for: 0m
  severity: warning
  summary: Alerts of Tidings' own rules were not delivered to their webhook, and will not be.
{{- end -}}
